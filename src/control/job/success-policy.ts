import type { Job } from '../../cluster/objects.ts'

/**
 * Whether enough indexes of an Indexed Job have succeeded for its successPolicy: one rule is enough, be it all or so many of the indexes
 * that it names, or so many of any. matchSuccessPolicy (pkg/controller/job/success_policy.go, 1.31 … 1.36).
 */
export function meetsSuccessPolicy({ successPolicy }: Pick<Job, 'successPolicy'>, succeeded: readonly number[]): boolean {
  if (successPolicy === null || succeeded.length === 0) return false
  const done = new Set(succeeded)
  return successPolicy.some(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === null) return succeededCount !== null && succeeded.length >= succeededCount
    const met = succeededIndexes.filter((index) => done.has(index)).length
    return met === succeededIndexes.length || (succeededCount !== null && met >= succeededCount)
  })
}
