/** Why a cell does not pass, by `case: milestone`. Read by hand from the recorded rows and the source; nothing here changes a verdict. */
export const EXPLANATIONS: Readonly<Record<string, string>> = {}

/** Disagreements that replaying these cases brought to light, and the mechanism each was traced to. */
export const FIXED: readonly string[] = [
  'p06, the order of NoExecute taints: the model looked at Nodes in a fixed order in every tick, so that duplicates always came first and the last of ten taints at 161 s (recorded: 183 … 202 s). A tick lists the Nodes from a Go map, in another order each time (client-go tools/cache/thread_safe_store.go:List); so does the model now, for every release.',
]
