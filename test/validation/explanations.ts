const TIE =
  'A tie. Restarts happen on a 1 s ticker, and the container ends a whole second after a start: a delay of exactly 300 s is allowed or not by milliseconds. Two of the recorded restarts came at 300.001 and 300.002 s; in the simulation the container ends 1 ms too late for that every time, so 301 s is the first.'

/** Why a cell does not pass, by `case: milestone`. Read by hand from the recorded rows and the source; nothing here changes a verdict. */
export const EXPLANATIONS: Readonly<Record<string, string>> = {
  'p05: terminating → container ended in the API':
    'The middle agrees. Beyond the simulated range is mostly one repetition (4, on a machine 83 % busy; 24 of the 32 values above 1.1 s), among them Pods of n03, n04 and n06. Presumably their kubelets’ calls were queueing: the simulated ones do so too (scheduled → running reaches 2.1 s as recorded), but seldom when Pods end. Open: whether a call is missing there.',
  'p05: terminating → object gone':
    'A kubelet removes the objects of all its ended Pods in one batch every 10 s, so 300 values are a few dozen batches: and the first fifteen Pods were all ended on three nodes. The recorded batches came later than the average of the simulated ones, which a handful of phases may do. When an object may go agrees: see “What disagreed before”.',
  'p05: new image → last Pod Ready':
    'Two modes: the last new Pods find room at once (recorded 16.1 and 18.4 s), or wait for the objects of old Pods to go (20.7 … 25.9 s). The simulation has both; four of five repetitions had to wait for some, more often than simulated. It follows from “object gone”.',
  'p07: container stopped → restart 8': TIE,
  'p07: container stopped → restart 9': TIE,
}

/** Disagreements that replaying these cases brought to light, and the mechanism each was traced to. */
export const FIXED: readonly string[] = [
  'p05, scale-downs of the old ReplicaSet: the model took Pods away as soon as new ones were available, where every recorded scale-down comes within 0.02 s of a status of the old ReplicaSet. A status with more available than its ReplicaSet should have ends a sync’s scaling down with an error (rolling.go:cleanupUnhealthyReplicas); so it does in the model now.',
  'p05, terminating → object gone: as early as 1.0 s after the order to end (recorded: 3.1 s), and 1.05 s too early in the middle. What a kubelet of 1.20 waits for was a delay of 1 … 3 s drawn at random. The records say more: relative to the moment at which the end of the container was reported, all 300 objects went with the first batch of statuses at least 2.02 s later, none sooner: two more relists, which see first the containers and then the sandbox gone from the runtime. So it is in the model now.',
  'p06b, which NoExecute taint comes when: what is left of thirty registrations decides it, so the replay begins with an empty cluster that the machines join as they did. It took three mechanisms: a kubelet without a pod CIDR says NotReady for its first 10 s (kubelet.go:fastStatusUpdateOnce), the heap from which one of several entries of a Node is removed (container/heap), and the time of a pass, 0.6 ms, which comes on top of its 100 ms: an entry that cannot be removed spends a token every 10.07 s, so that after 150 s the first taint was 1.0 s too early.',
  'p06, the order of NoExecute taints: the model looked at Nodes in a fixed order in every tick, so that duplicates always came before the Nodes of the later tick, in the same place: the last of ten taints came at 161 s (recorded: 183 … 202 s). A tick lists the Nodes from a Go map, in another order each time (client-go tools/cache/thread_safe_store.go:List); so does the model now, for every release.',
  'p05, running → Ready: 0.48 s too late in the middle, and never as early as recorded. The prober compares initialDelaySeconds with the age of the start that the status manager shows, and that is cut to whole seconds of the wall clock (status/status_manager.go:normalizeStatus); so it is in the model now. The difference is 0.02 s, and “last Pod created”, 0.84 s late because of it, has come within its tolerance.',
  'p05, creations: the last Pod up to 0.8 s late. The recorded ReplicaSet had spent its allowance of 25 Kubernetes Events while the cluster was built, a minute before (no SuccessfulDelete was recorded at all); a cluster that begins converged has it in full, and each notice takes a call of the controller’s 20 a second. The replay begins with the creation of the workload now, as the recording did.',
  'p04, Pod 100 … 1,000: 0.4 s late, within tolerance. By then the recorded controller had made six calls that were no creations, the simulated one fifteen: notices that got through before the bucket was empty. Not explained further.',
]
