/**
 * HTTP statuses a call can end with: the detail of a reply is the object's id (≥ 0), or minus the status. This one: the object does not exist (any more).
 */
export const NOT_FOUND = -404
/** The name is taken, the resourceVersion is not current, or the Pod is bound already. */
export const CONFLICT = -409
/** Admission says no: a ResourceQuota is used up. */
export const FORBIDDEN = -403
/** A ClusterIP could not be given. */
export const SERVER_ERROR = -500
/** No seat was free, ten times in a row. */
export const TOO_MANY_REQUESTS = -429
/** Nobody answered: the connection was refused, or the caller's patience ended. Whether the call was carried out is not known. */
export const UNAVAILABLE = -503
