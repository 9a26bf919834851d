//! Errors of the HTTP interface: a closed code for the screen, details in the log.

use crate::room::SubmitError;
use crate::store::{BlobError, StoreError};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use icabinet_models::ids::Time;
use icabinet_models::wire::{ErrorBody, ErrorCode, ErrorDetail, UsedOn};

/// An error on its way out. Details were logged under the reference.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    reference: Option<String>,
    used: Option<UsedOn>,
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self { code, reference: None, used: None }
    }
}

impl ApiError {
    /// Logs what happened and gives the screen a code with a reference to it.
    pub fn logged(code: ErrorCode, error: &dyn std::fmt::Display) -> Self {
        let reference = uuid::Uuid::now_v7().simple().to_string()[20..].to_owned();
        tracing::error!(%reference, %error, ?code, "a request failed");
        Self { code, reference: Some(reference), used: None }
    }

    /// An invitation that another device used before.
    pub fn used(device: String, at: Time) -> Self {
        let used = Some(UsedOn { device, at });
        Self { code: ErrorCode::InvitationUsed, reference: None, used }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::logged(ErrorCode::StorageFull, &error),
            // Another node, or this one in a moment, has an answer.
            StoreError::Database(_)
            | StoreError::Disk(_)
            | StoreError::Ending
            | StoreError::Outdated { .. } => Self::logged(ErrorCode::Unavailable, &error),
            StoreError::Migration(_)
            | StoreError::Newer { .. }
            | StoreError::Unreadable(_)
            | StoreError::Unwritable(_) => Self::logged(ErrorCode::Internal, &error),
        }
    }
}

impl From<BlobError> for ApiError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Missing => ErrorCode::NotFound.into(),
            BlobError::TooLarge { .. } => ErrorCode::TooLarge.into(),
            BlobError::Interrupted(_) => ErrorCode::Malformed.into(),
            BlobError::Full => Self::logged(ErrorCode::StorageFull, &error),
            BlobError::Store(_) => Self::logged(ErrorCode::Internal, &error),
        }
    }
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::NoMeeting => ErrorCode::NotFound.into(),
            SubmitError::TooFast => ErrorCode::TooFast.into(),
            SubmitError::Gone => Self::logged(ErrorCode::Unavailable, &error),
            SubmitError::Store(error) => error.into(),
        }
    }
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::NotSignedIn | ErrorCode::WrongPassword => StatusCode::UNAUTHORIZED,
        ErrorCode::TooManyAttempts | ErrorCode::Busy | ErrorCode::TooFast => {
            StatusCode::TOO_MANY_REQUESTS
        }
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::NotAllowed | ErrorCode::ForeignOrigin => StatusCode::FORBIDDEN,
        ErrorCode::PageOutdated => StatusCode::UPGRADE_REQUIRED,
        ErrorCode::Malformed => StatusCode::BAD_REQUEST,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::WrongMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Conflict
        | ErrorCode::RecordWithheld
        | ErrorCode::KeyNotConfirmed
        | ErrorCode::InvitationUsed => StatusCode::CONFLICT,
        ErrorCode::SignatureInvalid | ErrorCode::WeakPassword => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self { code, reference, used } = self;
        let detail = ErrorDetail { code, reference, used };
        (status(code), Json(ErrorBody { error: detail })).into_response()
    }
}

/// A JSON body whose refusal is the protocol's own error, not the framework's prose.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned> axum::extract::FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(
        request: axum::extract::Request,
        state: &S,
    ) -> Result<Self, Self::Rejection> {
        use axum::extract::rejection::JsonRejection;
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(ErrorCode::WrongMedia.into()),
            Err(JsonRejection::BytesRejection(bytes))
                if bytes.status() == StatusCode::PAYLOAD_TOO_LARGE =>
            {
                Err(ErrorCode::TooLarge.into())
            }
            Err(_) => Err(ErrorCode::Malformed.into()),
        }
    }
}
