import { kindOf, STATUS } from './metadata.ts'
import { accepted, anything, mapOf, modelled, object, quantity, refused } from './types.ts'

/** ResourceQuota (v1). */
export const RESOURCE_QUOTA = kindOf(
  {
    ...modelled({ spec: object({ ...modelled({ hard: mapOf(quantity) }), ...refused({ scopes: anything, scopeSelector: anything }) }) }),
    ...accepted({ status: STATUS }),
  },
  ['spec'],
)
