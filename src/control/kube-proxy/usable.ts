import type { SliceEndpoint } from '../../cluster/objects.ts'

/** Whether a release sends traffic to terminating endpoints where nothing else is left (ProxyTerminatingEndpoints: on from 1.26, GA 1.28). */
export const usesTerminating = (minor: number): boolean => minor >= 26

/**
 * The endpoints that a proxy spreads new connections over, each alike: the ready ones; if there is none, those that still serve while they terminate.
 * pkg/proxy/iptables/proxier.go:syncProxyRules (1.20 … 1.25), pkg/proxy/topology.go:CategorizeEndpoints (1.26 … 1.36).
 */
export function usableEndpoints(endpoints: readonly SliceEndpoint[], minor: number): readonly SliceEndpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready)
  if (ready.length > 0 || !usesTerminating(minor)) return ready
  return endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating)
}
