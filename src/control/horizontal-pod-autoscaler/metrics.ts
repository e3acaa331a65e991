import type { Change } from '../../cluster/change-log.ts'
import { loadOf, requestsPerPod, requestsPerSecond } from '../../cluster/load.ts'
import type { Pod, PodId } from '../../cluster/objects.ts'
import type { Observer } from '../../cluster/observers.ts'
import { firstFiring, type Run } from '../../cluster/world.ts'
import { seconds } from '../../kernel/time.ts'

/** `--metric-resolution` of metrics-server: 60 s up to 0.4 (2020), 15 s since (pkg/server, its manifests). */
export const resolution = (minor: number): number => (minor <= 20 ? seconds(60) : seconds(15))
/** How often a kubelet's cAdvisor looks at a container: `--housekeeping-interval` (cmd/kubelet, 1.20 … 1.36). */
export const HOUSEKEEPING_US = seconds(10)
/**
 * A container that is older than this at its first look, but younger than the resolution, is measured from its start (pkg/storage/pod.go).
 */
const FRESH_US = seconds(10)

/** What a Pod uses from some instant on [millicores], and since when all its containers run; null: nobody can measure it. */
export interface Step {
  readonly time: number
  readonly usage: number
  readonly started: number | null
}

/** What metrics-server tells of a Pod: use over a window that ended some time ago [millicores, µs]. */
export interface Measurement {
  readonly usage: number
  readonly time: number
  readonly window: number
}

const at = (steps: readonly Step[], time: number): Step | undefined => steps.findLast((step) => step.time <= time)

/** Use up to `time` since the first step [millicores · µs]. */
function used(steps: readonly Step[], from: number, to: number): number {
  return steps.reduce((sum, { time, usage }, i) => {
    const begin = Math.max(from, time)
    const end = Math.min(to, steps[i + 1]?.time ?? Number.POSITIVE_INFINITY)
    return end > begin ? sum + usage * (end - begin) : sum
  }, 0)
}

/**
 * What is known of a Pod after the scrape at `scrape`: its use between the kubelet's last look before that one and the last before the
 * scrape ahead of it; null without two looks at the same containers. `phase`: from the start of the containers to the kubelet's first look.
 * metrics-server pkg/storage/pod.go (0.5 …).
 */
export function measurementAt(steps: readonly Step[], scrape: number, every: number, phase: number): Measurement | null {
  const started = at(steps, scrape)?.started ?? null
  if (started === null) return null
  const origin = started + phase
  const look = (time: number): number =>
    Number.isFinite(origin) ? origin + Math.floor((time - origin) / HOUSEKEEPING_US) * HOUSEKEEPING_US : time - phase
  const last = look(scrape)
  const age = last - started
  if (age < 0 || last < origin) return null
  const before = look(scrape - every)
  const from = age >= FRESH_US && age < every ? started : before
  if (from < started || (from === before && before < origin)) return null
  return { usage: used(steps, from, last) / (last - from), time: last, window: last - from }
}

/** CPU that a Pod's containers request, and may use [millicores]. */
function cpuOf({ spec }: Pod): { request: number; limit: number } {
  const request = spec.containers.reduce((sum, { requests }) => sum + (requests.cpu ?? 0), 0)
  const limit = spec.containers.reduce((sum, { limits }) => sum + (limits.cpu ?? Number.POSITIVE_INFINITY), 0)
  return { request, limit }
}

/** A Pod's request of CPU [millicores], and what is known of its use; null: no sample. */
export interface PodCpu {
  readonly request: number
  readonly sample: Measurement | null
}

/** metrics-server and the kubelets behind it: a bridge from truth. Keeps what the Pods of the workloads it follows have used of late. */
export class Metrics implements Observer {
  private readonly followed = new Set<string>()
  private readonly steps = new Map<PodId, Step[]>()
  private readonly latest = new Map<string, number>()
  private readonly every: number
  private readonly scrape: number

  constructor(run: Run) {
    this.every = resolution(run.world.profile.minor)
    this.scrape = firstFiring(run, 'metrics-server.scrape', '', this.every)
  }

  /** Keeps what the Pods of this workload use, from now on. */
  follow(run: Run, workload: string): void {
    if (this.followed.has(workload)) return
    this.followed.add(workload)
    this.record(run, workload)
  }

  changed(run: Run, { before, after }: Change): void {
    const object = after ?? before
    if (object?.kind !== 'Pod') return
    const [was, is] = [before as Pod | undefined, after as Pod | undefined]
    if (is === undefined) this.steps.delete(object.id as PodId)
    if (was?.ready !== is?.ready || was?.deletionTimestamp !== is?.deletionTimestamp) this.recordOf(run, object.id as PodId)
  }

  container(run: Run, pod: PodId): void {
    this.recordOf(run, pod)
  }

  /** Something has happened to a machine. */
  recordAll(run: Run): void {
    for (const workload of this.followed) this.record(run, workload)
  }

  /** Something has happened to a Pod. */
  recordOf(run: Run, pod: PodId): void {
    const workload = run.world.workloads.of(pod)
    if (this.followed.has(workload)) this.record(run, workload)
  }

  /**
   * Something may have changed: notes what the Pods of a workload use from now on. Its load is shared by those that are ready and serve. At
   * t = 0 all has long been as it is.
   */
  private record(run: Run, workload: string): void {
    const { store, workloads } = run.world
    const pods = [...workloads.podsOf(workload)].sort((a, b) => a - b).flatMap((id) => store.pods.get(id) ?? [])
    for (const [id, step] of usesOf(run, workload, pods)) {
      const steps = this.steps.get(id) ?? []
      const last = steps.at(-1)
      if (last !== undefined && last.usage === step.usage && last.started === step.started) continue
      const first = steps.findLastIndex(({ time }) => time <= run.now - 3 * this.every - HOUSEKEEPING_US)
      this.steps.set(id, [...steps.slice(Math.max(0, first)), step])
      if (run.now > 0) this.latest.set(workload, run.now)
    }
  }

  /** What metrics-server answers now. */
  read(run: Run, pods: readonly Pod[]): ReadonlyMap<PodId, PodCpu> {
    const scrape = this.scrape + Math.floor((run.now - this.scrape) / this.every) * this.every
    return new Map(
      pods.map((pod) => {
        const id = pod.id as PodId
        const phase = Math.floor(run.random.draw('cadvisor.phase', pod.key) * HOUSEKEEPING_US)
        return [id, { request: cpuOf(pod).request, sample: measurementAt(this.steps.get(id) ?? [], scrape, this.every, phase) }] as const
      }),
    )
  }

  /** Whether every answer from now on is what it is now, until something changes. */
  isSettled(run: Run, workload: string): boolean {
    return run.now - (this.latest.get(workload) ?? Number.NEGATIVE_INFINITY) > 2 * this.every + HOUSEKEEPING_US
  }
}

function usesOf(run: Run, workload: string, pods: readonly Pod[]): readonly (readonly [PodId, Step])[] {
  const { world } = run
  const takes = (pod: Pod): boolean => pod.ready && pod.deletionTimestamp === null && world.truth.sandbox(pod.id as PodId)?.serves === true
  const serving = new Set(pods.filter(takes))
  const [first] = pods
  const load = first === undefined ? undefined : loadOf(world, workload, first)
  const rate = load === undefined ? 0 : requestsPerSecond(run, workload, load, run.now) / Math.max(1, serving.size)
  const share = load === undefined ? 0 : rate / requestsPerPod(run, workload, load)
  const time = run.now === 0 ? Number.NEGATIVE_INFINITY : run.now
  return pods.map((pod) => {
    const { request, limit } = cpuOf(pod)
    const usage = serving.has(pod) ? Math.min(limit, share * request) : 0
    return [pod.id as PodId, { time, usage, started: startOf(run, pod) }] as const
  })
}

/** Since when all containers of a Pod run where somebody can measure them; null: not so. */
function startOf({ world }: Run, pod: Pod): number | null {
  const sandbox = world.truth.sandbox(pod.id as PodId)
  if (sandbox === undefined || !sandbox.up) return null
  const { up, reachable, stops } = world.truth.machine(sandbox.machine)
  if (!up || !reachable || stops > 0) return null
  const starts = sandbox.containers.map((container) => (container?.state === 'running' ? container.startedAt : Number.NaN))
  const latest = Math.max(...starts)
  return Number.isNaN(latest) ? null : latest <= 0 ? Number.NEGATIVE_INFINITY : latest
}
