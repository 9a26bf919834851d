// A page that meets a word of a newer server loads itself anew, once; what cannot be understood even
// then does not make it load for ever.
import { expect, request, test } from "@playwright/test";
import { launch } from "./tools/browser.mjs";
import { MEETING, actor, startDemo, tablet } from "./tools/demo.mjs";

const UNHEARD_OF = JSON.stringify({ unheard_of: { what: "ever" } });

test("a page that is older than the server loads the newer one, and not again and again", async () => {
  const hall = await startDemo();
  const browser = await launch();
  try {
    const { page } = await tablet(browser, hall, "khue", { width: 1180, height: 820 });
    const sockets = [];
    let loads = 0;
    page.on("load", () => (loads += 1));
    await page.routeWebSocket(/\/live\?/, (socket) => {
      expect(socket.url()).toContain("protocol=");
      socket.connectToServer();
      sockets.push(socket);
    });
    await page.goto(`/meetings/${MEETING}`);
    await expect.poll(() => sockets.length).toBe(1);
    expect(loads).toBe(1);
    sockets[0].send(UNHEARD_OF);
    await expect.poll(() => loads).toBe(2);
    await expect.poll(() => sockets.length).toBe(2);

    // The newer page is not there yet: it goes on with what it understands.
    sockets[1].send(UNHEARD_OF);
    await expect.poll(() => sockets.length, { timeout: 30_000 }).toBe(3);
    const chair = await actor(request, hall, "thach");
    await chair.does({ check_in: { person: null } });
    await (await actor(request, hall, "khue")).does({ check_in: { person: null } });
    await expect(page.getByRole("main")).toBeVisible();
    expect(loads).toBe(2);
  } finally {
    await browser.close();
    await hall.stop();
  }
});
