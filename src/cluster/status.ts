/** HTTP statuses a call can end with: the detail of a reply is the object's id (≥ 0), or minus the status. */
export const NOT_FOUND = -404
export const CONFLICT = -409
export const SERVER_ERROR = -500
export const TOO_MANY_REQUESTS = -429
