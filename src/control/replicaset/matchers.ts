import type { ReplicaSet } from '../../cluster/objects.ts'
import { compileSelector, type Matcher } from '../../cluster/selectors.ts'
import type { State } from './state.ts'

/** The compiled selector of a ReplicaSet; selectors never change, so each is compiled once. */
export function matcherOf({ matchers }: State, { selector }: ReplicaSet): Matcher {
  let matcher = matchers.get(selector)
  if (matcher === undefined) {
    matcher = compileSelector(selector)
    matchers.set(selector, matcher)
  }
  return matcher
}
