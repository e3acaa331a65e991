import type { Answer } from './control-plane.ts'
import type { Run } from './world.ts'

/** The Service that Pods ask for names, as `service/namespace/name` (cluster/addons/dns/coredns, kubeadm). */
export const DNS_SERVICE = 'service/kube-system/kube-dns'

/** How long a resolver waits for an answer before it asks once more [µs]: `timeout` of resolv.conf(5), which the kubelet leaves alone. */
export const RESOLVER_TIMEOUT = 5_000_000
/** How often it asks in all: `attempts` of resolv.conf(5). */
export const RESOLVER_ATTEMPTS = 2

/** What faults have made of the cluster's DNS; where CoreDNS is among the manifests its Pods must serve besides. Written by faults. */
export class Dns {
  /** Who must hear that it answers no longer, again, or at another pace. */
  readonly listeners: ((run: Run) => void)[] = []
  private downs = 0
  private silences = 0

  /** Whether no fault keeps it from answering. */
  get up(): boolean {
    return this.downs === 0
  }

  /** Whether queries wait for an answer in vain, rather than being refused. */
  get silent(): boolean {
    return this.silences > 0
  }

  /** It does not answer until `bringUp`. Counted: overlapping faults each need their end. */
  takeDown(run: Run, answer: Answer): void {
    this.downs++
    if (answer === 'timeout') this.silences++
    this.tell(run)
  }

  bringUp(run: Run, answer: Answer): void {
    this.downs--
    if (answer === 'timeout') this.silences--
    this.tell(run)
  }

  /** Something about it has changed. */
  tell(run: Run): void {
    for (const listener of this.listeners) listener(run)
  }
}
