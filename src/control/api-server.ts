import { apiServerFlags } from '../cluster/admission.ts'
import type { ComponentWord } from '../scenario/vocabulary.ts'

/** kube-apiserver as a word of the scenario; the server itself is part of the cluster (cluster/api-server.ts). */
export const apiServer: ComponentWord = {
  name: 'kube-apiserver',
  doc: 'Admission, conflicts and deletion; a station with seats, latency and etcd behind it.',
  process: 'kube-apiserver',
  flags: apiServerFlags,
}
