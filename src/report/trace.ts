import type { EventRow } from '../measure/record.ts'

/** Which event scheduled which, as a tracer saw it. */
export interface TraceLink {
  readonly sequence: number
  readonly kind: string
  readonly subject: number
  /** When it was due [µs]. */
  readonly time: number
  /** Sequence of the event that scheduled it; −1 for the start. */
  readonly because: number
  /** What it last waited for. */
  readonly label: string
}

/** One entry of the trace-event format; times in µs. */
interface TraceEvent {
  readonly name: string
  readonly ph: 'X' | 'i' | 'M' | 's' | 'f'
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly s?: 'p' | 't'
  readonly id?: number
  readonly bp?: 'e'
  readonly args?: Readonly<Record<string, unknown>>
}

/** Process of Pods that have no Node yet, and of what concerns the whole cluster. */
const CLUSTER = 'cluster'
const EVENTS = 'events of the simulation'

/**
 * One replication in Chrome's trace-event JSON, for ui.perfetto.dev, chrome://tracing or speedscope: Nodes are processes, Pods their
 * threads, a Pod's states slices (which never overlap), everything else instants. With `links`, a process of its own holds the kernel's
 * events, a thread per kind, with arrows from each event to those it scheduled.
 */
export function traceJson(events: readonly EventRow[], horizon: number, links: readonly TraceLink[] = []): string {
  const tracks = new Tracks()
  const pods = new Map<string, PodTrack>()
  for (const row of events) {
    if (row.kind === 'pod') podEvent(row, pods, tracks)
    else tracks.instant(row.kind === 'node' || row.kind === 'lease' ? row.object : CLUSTER, row.kind, row)
  }
  for (const pod of pods.values()) close(pod, horizon, tracks)
  traceLinks(links, tracks)
  return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents: tracks.all() })}\n`
}

/** The state a Pod is in, since when, and on which Node. */
interface PodTrack {
  readonly name: string
  node: string
  state: string
  since: number
}

/** The state that begins with an event of a Pod; other events leave it as it is. */
function stateAfter({ event, detail }: EventRow): string | undefined {
  if (event === 'ready') return detail.startsWith('true') ? 'ready' : 'not ready'
  return STATES[event]
}

const STATES: Readonly<Record<string, string>> = {
  created: 'unscheduled',
  scheduled: 'scheduled',
  containerWaiting: 'waiting',
  containerRunning: 'running',
  containerTerminated: 'terminated',
  terminating: 'terminating',
  deleted: '',
}

function podEvent(row: EventRow, pods: Map<string, PodTrack>, tracks: Tracks): void {
  const pod = pods.get(row.object) ?? { name: row.object, node: CLUSTER, state: '', since: row.time }
  pods.set(row.object, pod)
  const state = row.event === 'initial' ? 'ready' : stateAfter(row)
  const node = row.event === 'scheduled' || row.event === 'initial' ? /\bnode=(\S+)/.exec(row.detail)?.[1] : undefined
  if (state !== undefined && !(pod.state === 'terminating' && state !== '')) {
    close(pod, row.time, tracks)
    pod.state = state
    pod.since = row.time
  }
  if (node !== undefined) pod.node = node
  tracks.instant(pod.node, pod.name, row)
}

function close(pod: PodTrack, time: number, tracks: Tracks): void {
  if (pod.state !== '' && time > pod.since) tracks.slice(pod.node, pod.name, pod.state, pod.since, time - pod.since)
}

function traceLinks(links: readonly TraceLink[], tracks: Tracks): void {
  const known = new Map(links.map((link) => [link.sequence, link]))
  for (const link of links) {
    tracks.slice(EVENTS, link.kind, link.kind, link.time, 0, { sequence: link.sequence, subject: link.subject, released: link.label })
    const cause = known.get(link.because)
    if (cause !== undefined) tracks.arrow(cause, link)
  }
}

/** Processes and threads by name, numbered as they appear, and the entries on them. */
class Tracks {
  private readonly processes = new Map<string, number>()
  private readonly threads = new Map<string, number>()
  private readonly names: TraceEvent[] = []
  private readonly entries: TraceEvent[] = []
  private arrows = 0

  slice(process: string, thread: string, name: string, ts: number, dur: number, args?: Readonly<Record<string, unknown>>): void {
    this.entries.push({ name, ph: 'X', ...this.track(process, thread), ts, dur, ...(args === undefined ? {} : { args }) })
  }

  instant(process: string, thread: string, { event, time, object, detail }: EventRow): void {
    this.entries.push({ name: event, ph: 'i', ...this.track(process, thread), ts: time, s: 't', args: { object, detail } })
  }

  arrow(from: TraceLink, to: TraceLink): void {
    const id = ++this.arrows
    this.entries.push({ name: 'because', ph: 's', ...this.track(EVENTS, from.kind), ts: from.time, id })
    this.entries.push({ name: 'because', ph: 'f', bp: 'e', ...this.track(EVENTS, to.kind), ts: to.time, id })
  }

  /** Names first, then entries by time; equal times keep their order. */
  all(): TraceEvent[] {
    return [
      ...this.names,
      ...this.entries
        .map((entry, i) => ({ entry, i }))
        .sort((a, b) => a.entry.ts - b.entry.ts || a.i - b.i)
        .map(({ entry }) => entry),
    ]
  }

  private track(process: string, thread: string): { readonly pid: number; readonly tid: number } {
    let pid = this.processes.get(process)
    if (pid === undefined) {
      pid = this.processes.size + 1
      this.processes.set(process, pid)
      this.names.push({ name: 'process_name', ph: 'M', pid, tid: 0, ts: 0, args: { name: process } })
    }
    const key = `${pid} ${thread}`
    let tid = this.threads.get(key)
    if (tid === undefined) {
      tid = this.threads.size + 1
      this.threads.set(key, tid)
      this.names.push({ name: 'thread_name', ph: 'M', pid, tid, ts: 0, args: { name: thread } })
    }
    return { pid, tid }
  }
}
