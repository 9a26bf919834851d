// Hands on what the microphone gives, at the device's own rate, in pieces of about 40 ms. Runs on the
// browser's sound thread; everything else is done in the page.
class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.piece = new Float32Array(2048);
    this.filled = 0;
  }

  process(inputs) {
    const channel = inputs[0]?.[0];
    if (!channel) return true;
    if (this.filled + channel.length > this.piece.length) {
      this.port.postMessage(this.piece.slice(0, this.filled));
      this.filled = 0;
    }
    this.piece.set(channel, this.filled);
    this.filled += channel.length;
    return true;
  }
}

registerProcessor("icabinet-capture", Capture);
