import type { Rule } from './rule.ts'

const WORKER = 'kubelet, pkg/kubelet/prober/worker.go, 1.20 … 1.36'

/** Rules of probes. */
export const probes: readonly Rule[] = [
  {
    rule: 'A probe runs at the ticks of its period, which begin when its Pod is first synced: in 1.20 with a random share of the period, from 1.22 so only where the kubelet has run for less than one',
    source: WORKER,
    tests: [
      'control/kubelet/probes.test.ts: in 1.20 waits for its tick, whose phase is any',
      'control/kubelet/probes.test.ts: of a slow application succeeds at the first tick at which it is ready',
      'control/kubelet/pod-worker.test.ts: a kubelet that has just started begins its probes at random, from 1.22 as in 1.20',
    ],
  },
  {
    rule: 'From 1.22 a status that finds a container not ready lets its readiness probe run at once; from 1.36 its ticks count from there',
    source: 'kubelet, pkg/kubelet/prober/worker.go, prober_manager.go, 1.22 … 1.36',
    tests: [
      'control/kubelet/probes.test.ts: from 1.22 runs as soon as the container is known to run, without waiting for its tick',
      'control/kubelet/behaviours.test.ts: ticks of a readiness probe keep their phase up to 1.35, and count from the poke that found it ready from 1.36',
    ],
  },
  {
    rule: 'Ticks in the first initialDelaySeconds are skipped, counted in whole seconds from the start that the status shows',
    source: WORKER,
    tests: [
      'control/kubelet/probe-plan.test.ts: readiness: not before initialDelaySeconds',
      'control/kubelet/probe-plan.test.ts: readiness: initialDelaySeconds counts from the second in which the container started',
      'control/kubelet/probe-plan.test.ts: A container started at %i µs',
    ],
  },
  {
    rule: 'A result changes after failureThreshold failures or successThreshold successes in a row; a probe that hangs fails after timeoutSeconds',
    source: WORKER,
    tests: [
      'control/kubelet/probe-plan.test.ts: readiness: successThreshold in a row',
      'control/kubelet/probe-plan.test.ts: readiness: a hang, threshold and timeout later',
      'control/kubelet/probes.test.ts: takes successThreshold successes in a row, the first of them when it is poked',
      'control/kubelet/probes.test.ts: takes a Pod out of service failureThreshold ticks after its application hangs, and does not restart it',
    ],
  },
  {
    rule: 'Readiness begins with failure, liveness with success: a new instance of a container is not ready until probed, and counted anew',
    source: 'kubelet, pkg/kubelet/prober/worker.go:newWorker, 1.20 … 1.36',
    tests: [
      'control/kubelet/probes.test.ts: in 1.20 waits for its tick, whose phase is any',
      'control/kubelet/probes.test.ts: is answered by an application that is merely not ready yet',
    ],
  },
  {
    rule: 'A liveness probe at its threshold ends the container within its grace period and starts it again at once: 20 … 31 s after a hang at the defaults',
    source: 'kubelet, pkg/kubelet/kubelet.go:syncLoopIteration, kuberuntime_manager.go:computePodActions, 1.20 … 1.36',
    tests: [
      'control/kubelet/probes.test.ts: finds a hang after its threshold and lets the container start again at once, in %s',
      'control/kubelet/actions.test.ts: a failed probe ends the container and starts it again',
      'control/kubelet/actions.test.ts: a failed probe under Never only ends it',
    ],
  },
  {
    rule: 'Containers that failed their probes are ended one after the other, which blocks their Pod’s worker',
    source: 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_manager.go:SyncPod, 1.20 … 1.36',
    tests: ['control/kubelet/behaviours.test.ts: ends containers whose liveness probes have failed one after the other'],
  },
  {
    rule: 'A probe may give its container a grace period of its own, that of the probe that failed',
    source: 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_container.go:setTerminationGracePeriod, 1.22 … 1.36 (on from 1.25)',
    tests: [
      'control/kubelet/probes.test.ts: the container may be given a grace period of its own',
      'control/kubelet/sidecar-probes.test.ts: a container whose startup probe has failed gets the grace period of that probe, not of its liveness probe',
    ],
  },
  {
    rule: 'Until a startup probe has succeeded the others do not run',
    source: WORKER,
    tests: ['control/kubelet/probes.test.ts: holds back the others until it has succeeded'],
  },
  {
    rule: 'A failed startup probe ends its container at once from 1.22; in 1.20 with the next sync of the Pod, up to 90 s later',
    source: 'kubelet, pkg/kubelet/kubelet.go:syncLoopIteration, 1.20 … 1.36',
    tests: [
      'control/kubelet/probes.test.ts: that fails ends the container at once from 1.22',
      'control/kubelet/probes.test.ts: that fails in 1.20 waits for the next sync of the Pod, 60 … 90 s after the last',
    ],
  },
  {
    rule: 'From 1.29 sidecars are probed too: their startup probe holds back what comes after them, their liveness probe restarts them, their readiness probe counts for the Pod',
    source:
      'kubelet, pkg/kubelet/kuberuntime/kuberuntime_container.go:computeInitContainerActions, pkg/kubelet/prober/prober_manager.go, KEP-753, 1.29 … 1.36',
    tests: [
      'control/kubelet/sidecar-probes.test.ts: with a startup probe holds the app back until that has succeeded',
      'control/kubelet/sidecar-probes.test.ts: that fails its startup probe is ended and started again, and the app waits',
      'control/kubelet/sidecar-probes.test.ts: that fails its liveness probe is ended and started again beside the app',
      'control/kubelet/sidecar-probes.test.ts: keeps its Pod from being ready by its readiness probe',
      'control/kubelet/actions.test.ts: a sidecar that has not started up holds back the next one',
      'control/kubelet/actions.test.ts: a sidecar whose liveness probe has failed is ended and started again, and does not hold back the next one',
    ],
  },
  {
    rule: 'A kubelet that restarts forgets what its probes have found: up to 1.34 Pods with a readiness probe are not ready until it succeeds again, from 1.35 they stay ready',
    source: 'kubelet, pkg/kubelet/prober/prober_manager.go, gate ChangeContainerStatusOnKubeletRestart, 1.20 … 1.36',
    tests: [
      'control/kubelet.test.ts: containers run on; up to 1.34 a Pod with a readiness probe is not ready until its first success, at most a period later',
      'control/kubelet.test.ts: from 1.35 nothing can be seen of it',
    ],
  },
  {
    rule: 'A prober that fails itself (no connection to the runtime) is tried three times and changes nothing',
    source: 'kubelet, pkg/kubelet/prober/prober.go:runProbeWithRetries, 1.20 … 1.36',
    absent: 'Applications here answer or do not; probes have no faults of their own.',
  },
]
