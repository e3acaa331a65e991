/** One thing the model does more simply than Kubernetes or the world, or not at all, and whom it concerns. */
export interface Limit {
  readonly subject: string
  readonly what: string
  /** What that does to an answer. */
  readonly consequence: string
}

/** What is modelled more simply than it is. */
export const APPROXIMATIONS: readonly Limit[] = [
  {
    subject: 'API server',
    what: 'One station: 600 seats for requests in flight, a latency draw per call, etcd commits in series at 100 µs. No priority levels, no fairness between clients.',
    consequence:
      'Right at low and medium load. Under overload every client suffers alike, where API Priority and Fairness would shield some.',
  },
  {
    subject: 'Watches',
    what: 'Ordered delivery, one delay per change and process. After an outage of the API server each reflector reconnects with its own back-off, waits for its list where the server has started anew, and goes on where it was.',
    consequence: 'What a relist would have skipped or merged arrives change by change.',
  },
  {
    subject: 'Heartbeats',
    what: 'Lease renewals and status posts are computed when somebody asks; Lease objects are not in the store.',
    consequence: 'None for detection. Their load on the API server is not counted.',
  },
  {
    subject: 'The node monitor and its watch',
    what: 'A pass of the taint queue reads Nodes from the cache. From 1.34 on, where a Node is queued in the look that makes it Unknown, a pass may come before the watch, as in Kubernetes: then the token is spent on nothing.',
    consequence:
      'With the default delays about one NoExecute taint in ten comes 10 s later than the others; how often in life depends on the delay of the watch.',
  },
  {
    subject: 'Kubernetes Events',
    what: 'They cost their client a token and a call, and are not stored.',
    consequence: 'Rate limits are right; a count of stored Events is not available.',
  },
  {
    subject: 'Image pulls',
    what: 'Time by size and rate, or by one draw. No shared layers, no limit at the registry or on the network.',
    consequence: 'Many simultaneous pulls of a large image are faster than in life.',
  },
  {
    subject: 'CPU and memory',
    what: 'Requests decide scheduling. Use is not modelled: no throttling, no contention; pressure comes by the fault `node-pressure` alone, and whose use exceeds its request most is drawn.',
    consequence: 'Containers on a crowded Node start as fast as on an empty one.',
  },
  {
    subject: 'Applications',
    what: 'A container has a start, a time to readiness, a stop and perhaps an end, each a distribution. One that `needs` a Service answers nobody while no endpoint of it in force answers, and says so to its readiness probe.',
    consequence:
      'Failures cascade whole: no slow dependency, no retry storm, no crash at start for want of a Service. Callers see endpoints through one proxy that stands for all.',
  },
  {
    subject: 'Network',
    what: 'Each Node has a subnet and each sandbox an IP. Any Pod reaches any Pod on a machine that is up and not cut off; a cut is whole.',
    consequence: 'Loss, congestion and partial reachability do not occur.',
  },
  {
    subject: 'kube-proxy',
    what: 'iptables mode as one population: every proxy hears of all changes with one delay of its own, drawn as `watch`, and its syncs keep the distance of the bounded-frequency runner; no periodic or failed sync, no topology, no session affinity. Only one that was cut off has a state of its own.',
    consequence:
      'Errors of clients are means over the proxies; with delays drawn anew for each change they differ by less than 2 %. After an outage of the API servers their watches are taken to be back at once.',
  },
  {
    subject: 'Clients of Services',
    what: 'Each request is a new connection from inside the cluster to one endpoint in force on its machine, chosen alike; it fails if that does not serve. Connections that exist (conntrack) are not followed, nor are retries and timeouts. Clients on machines that are down or cut off do not count.',
    consequence:
      '`errors` and `error_s` are what clients that connect anew would see; pools of connections see less at a removal and more at a crash.',
  },
  {
    subject: 'Termination of an application',
    what: 'A container answers until it exits; `behaviour: stop` is the time until then, a preStop hook included; a hook that sleeps (from 1.30) counts without that row.',
    consequence: 'A server that closes its listener at SIGTERM and exits later loses more requests than here.',
  },
  {
    subject: 'Pause containers',
    what: 'A Pod whose pause container has died counts as serving nobody from then on. Real runtimes keep its network until its kubelet, about a second later, ends its containers.',
    consequence: 'That second is counted as unserved, though its requests would be answered.',
  },
  {
    subject: 'Cluster DNS',
    what: 'Clients of headless Services use an answer of random age (`dns-answer-age`), then one of the ready addresses. Names resolve at once while the DNS answers: unless a fault keeps it from that, and where CoreDNS is among the manifests while one of its Pods serves. Answers are kept for `dns-cache`; an application is connected to every Pod that serves behind what it `needs`.',
    consequence:
      'Some of several CoreDNS Pods lost cost nothing, where in life some queries run into their timeout. Load never makes the DNS slow; `component-slow` does.',
  },
  {
    subject: 'Network partition of a machine',
    what: 'Calls of its kubelet wait for the end of the cut rather than time out; the first renewal follows within 10 s of it, watches with the back-off of a reflector. A kubelet that starts behind the cut, its static Pods included, waits for the end.',
    consequence: 'A status may be posted once more than in life; static Pods of a machine that reboots while cut off start later.',
  },
  {
    subject: 'API servers and their clients',
    what: 'Kubelets and people go through a load balancer that knows at once which server is away; controller manager and scheduler use the server beside them. A controller manager whose API server is away polls rather than crashes; kube-proxies hear of changes at once when a server is back.',
    consequence: 'A load balancer with slow health checks sends calls to a dead server for longer than here.',
  },
  {
    subject: 'A kubelet that starts without an API server',
    what: 'It waits, its static Pods included, until a server is back and its Pods are listed. Notices sent meanwhile are lost.',
    consequence: 'Static Pods of a machine that reboots during the outage start later than in life.',
  },
  {
    subject: 'etcd',
    what: 'A majority of members, a leader, an election of 1 to 2 s; requests without a majority end after 7 s. No disk, no snapshots, no slow follower.',
    consequence: 'A member that returns with an old disk is never behind.',
  },
  {
    subject: 'Registry outage',
    what: 'A pull fails after one round trip to the registry.',
    consequence: 'A registry that hangs rather than refuses blocks serial pulls longer than here.',
  },
  {
    subject: 'A hanging container runtime',
    what: 'Lists, starts and stops wait for its end; nothing times out. Probes go on, exec probes too.',
    consequence: 'Requests that give up after two minutes, and exec probes that hang, would show sooner in life that something is wrong.',
  },
  {
    subject: 'ResourceQuota',
    what: 'What is used is counted when a Pod is created, from the store as it is then. At t = 0 of `initial: converged` it limits ReplicaSets alone. Scopes are refused.',
    consequence: 'A Pod that is long overdue frees its share at once, where the quota controller notices within five minutes.',
  },
  {
    subject: 'HorizontalPodAutoscaler',
    what: 'CPU by utilization alone, from `behaviour.load`: shared evenly by the Pods that are ready and serve, and known as metrics-server last measured it. Nothing in a scenario says what memory or custom metrics are: they are refused. Looks take no time, so that the number of workers does not matter.',
    consequence: 'Of several hundred autoscalers each is looked at every 15 s all the same.',
  },
  {
    subject: 'Cluster autoscaler',
    what: 'Scans, expanders, back-offs, and the whole way of a machine that goes; its look at the cluster is the scheduler’s filters, first fit. A machine goes at once with the provider’s call. Flags are those of 2026 in every release; Pods of kube-system without a budget keep their Node for good (since 2025 for an hour). No balancing of similar groups, no limits over all groups.',
    consequence: 'Which of several idle machines goes first is drawn, where Go’s maps decide it in life.',
  },
  {
    subject: 'kubectl drain',
    what: 'Evicts as with `--delete-emptydir-data`, without a timeout. The program itself starts at once; Pods are asked to go in order of their creation.',
    consequence: 'In life the first eviction is sent some tenths of a second after the command is given.',
  },
  {
    subject: 'DaemonSets',
    what: 'A hash of the template stands for its ControllerRevision, which is not stored; Pods without an owner are not adopted; where Kubernetes goes through Nodes in random order, they are taken in theirs.',
    consequence: 'One call fewer at the start of a rollout, and the first Nodes of a list are always the first to be updated.',
  },
  {
    subject: 'Jobs',
    what: 'From 1.27 on all work by the rules of 1.28: changes of Pods are gathered for a second, failures counted by finalizers, pauses counted from the end of the last failed Pod. Pods are told by their owner; orphans are not adopted. Of a Job with several app containers a Pod is ready only while all of them run. A process that handles SIGTERM exits with 0.',
    consequence: 'Exact where a Job has one app container. 1.27 differs in how soon it looks at a Pod that was created or deleted.',
  },
  {
    subject: 'CronJobs',
    what: 'Schedules are read in UTC, from the wall clock that `clock:` sets. The controller of 1.20 reads its cache where it would list all Jobs and CronJobs.',
    consequence: 'Daylight saving does not occur; in 1.20 a pass over many Jobs is shorter than in life.',
  },
  {
    subject: 'Volumes',
    what: 'Every claim is bound to a volume of its own, provisioned in a drawn time that the scheduler does not wait for; PersistentVolumes and StorageClasses are left out. A volume that one machine at a time may use is attached over the network, one that many may use is only mounted; the operations of machine or cloud do not fail and have no limit per Node.',
    consequence:
      'Local volumes, which pin a Pod to its Node, can be moved here. A Pod is placed in another zone than its volume, where in life it would stay Pending. A cloud that refuses a detach is not seen.',
  },
  {
    subject: 'StatefulSets',
    what: 'Pod labels do not change, so no Pod is released; claims are never deleted; updateStrategy maxUnavailable above 1 and the deletion of claims (persistentVolumeClaimRetentionPolicy) are refused. The stable network name is not modelled, as DNS is not.',
    consequence: 'Clients that look peers up by name find them sooner than in life.',
  },
  {
    subject: 'Orderly shutdown of a machine',
    what: 'Without an inhibitor lock, or after it, kubelet and containers run on for one drawn time and end together; only the kubelet holds a lock. A Pod that was being deleted keeps the grace that it had.',
    consequence: 'A kubelet that systemd stops long before the machine is off has less time to report its last statuses than here.',
  },
  {
    subject: 'Boot',
    what: 'One drawn time from power to kubelet. Files on disk survive.',
    consequence: 'A machine that needs a file system check is a tail of that distribution.',
  },
]

/** What is not there. */
export const ABSENCES: readonly Limit[] = [
  {
    subject: 'Corners of controllers',
    what: 'Foreground and orphan deletion, garbage collection of containers and images, an event-driven PLEG, rollbacks by annotation, hooks but for those that sleep, StaleControllerConsistency (1.36).',
    consequence: 'Recoveries that hang on one of them take another time here.',
  },
  {
    subject: 'Admission webhooks, limit ranges, runtime classes, security policies',
    what: 'Admission is what the API server does by itself: defaults, priorities, default tolerations.',
    consequence: 'A webhook whose Pods are down does not block the creation of replacements here; requests are those of the manifests.',
  },
  {
    subject: 'More than one scheduler, extenders, descheduler',
    what: 'One kube-scheduler with its default profile.',
    consequence: 'Pods that name another scheduler stay Pending.',
  },
]

/** Why a kind that would change recovery is an error rather than left out. */
export const REFUSAL_REASONS: Readonly<Record<string, string>> = {
  ResourceClaim: 'Binds a Pod to devices that only some Nodes have (dynamic resource allocation).',
  ResourceClaimTemplate: 'Makes a ResourceClaim for each Pod.',
  Workload: 'Places the Pods of a group together or not at all (alpha from 1.35).',
}
