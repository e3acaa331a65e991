import type { EndpointsView, ServiceView } from '../../measure/inspection.ts'
import { humanDuration } from './age.ts'
import { type Listing, NONE, orNone } from './listing.ts'

/** Addresses shown, as kubectl does. */
const SHOWN = 3

/** Services, which never change. */
export const services: Listing<ServiceView> = {
  names: ['services', 'service', 'svc'],
  kind: 'Service',
  namespaced: true,
  views: (inspection) => inspection.services,
  columns: [
    { heading: 'NAME', cell: (service) => service.name },
    { heading: 'TYPE', cell: (service) => service.type },
    { heading: 'CLUSTER-IP', cell: (service) => orNone(service.clusterIP) },
    { heading: 'EXTERNAL-IP', cell: (service) => (service.type === 'LoadBalancer' ? '<pending>' : NONE) },
    { heading: 'PORT(S)', cell: (service) => orNone(service.ports.join(',')) },
    { heading: 'AGE', cell: (service, now) => humanDuration(now - service.created) },
  ],
  wide: [{ heading: 'SELECTOR', cell: (service) => orNone(service.selector) }],
  truth: [],
}

/** Endpoints, and those of them that lead to nothing. */
export const endpoints: Listing<EndpointsView> = {
  names: ['endpoints', 'ep'],
  kind: 'Endpoints',
  namespaced: true,
  views: (inspection) => inspection.endpoints,
  columns: [
    { heading: 'NAME', cell: (one) => one.name },
    { heading: 'ENDPOINTS', cell: (one) => list(one.addresses) },
    { heading: 'AGE', cell: (one, now) => humanDuration(now - one.created) },
  ],
  wide: [],
  truth: [{ heading: 'DEAD', cell: (one) => list(one.dead) }],
}

function list(addresses: readonly string[]): string {
  const more = addresses.length > SHOWN ? ` + ${addresses.length - SHOWN} more...` : ''
  return orNone(addresses.slice(0, SHOWN).join(',') + more)
}
