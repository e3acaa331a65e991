import { describe, expect, test } from 'vitest'
import { KNOWN_FLAGS } from '../../src/scenario/known-flags.ts'
import { scenarioOf } from '../support/play.ts'

const text = (cluster: object, nodes: object = {}): string =>
  JSON.stringify({
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'flags' },
    kubernetes: '1.20.2',
    horizon: '1m',
    cluster: { nodes: [{ name: 'n', ...nodes }], ...cluster },
  })
const ignored = (cluster: object, nodes?: object): readonly string[] => scenarioOf(text(cluster, nodes)).ignored
const reading = (cluster: object) => () => scenarioOf(text(cluster))

/** What the static Pods of kubeadm 1.20 and the recorded control planes of test/validation were started with. */
const KUBEADM = {
  'kube-apiserver': {
    'advertise-address': '10.0.0.1',
    'allow-privileged': true,
    'authorization-mode': 'Node,RBAC',
    'client-ca-file': '/etc/kubernetes/pki/ca.crt',
    'enable-admission-plugins': 'NodeRestriction',
    'enable-bootstrap-token-auth': true,
    'etcd-servers': 'https://127.0.0.1:2379',
    'insecure-port': 0,
    'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
    'requestheader-allowed-names': 'front-proxy-client',
    'secure-port': 6443,
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
    'service-cluster-ip-range': '10.96.0.0/12',
    'tls-cert-file': '/etc/kubernetes/pki/apiserver.crt',
  },
  'kube-controller-manager': {
    'allocate-node-cidrs': true,
    'authentication-kubeconfig': '/etc/kubernetes/controller-manager.conf',
    'bind-address': '127.0.0.1',
    'cluster-cidr': '10.244.0.0/16',
    'cluster-name': 'kubernetes',
    controllers: '*,bootstrapsigner,tokencleaner',
    kubeconfig: '/etc/kubernetes/controller-manager.conf',
    'leader-elect': true,
    'root-ca-file': '/etc/kubernetes/pki/ca.crt',
    'use-service-account-credentials': true,
    v: 2,
  },
  'kube-scheduler': { kubeconfig: '/etc/kubernetes/scheduler.conf', 'leader-elect': true, port: 0, v: 2 },
  kubelet: {
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true } },
    cgroupDriver: 'systemd',
    clusterDNS: ['10.96.0.10'],
    rotateCertificates: true,
    staticPodPath: '/etc/kubernetes/manifests',
  },
}

describe('a real flag that no recovery depends on', () => {
  test('is accepted and listed once: all that kubeadm writes is', () => {
    const list = ignored(KUBEADM, { kubelet: { cgroupDriver: 'cgroupfs' } })
    expect(list).toContain('kube-controller-manager use-service-account-credentials')
    expect(list.filter((one) => one === 'kubelet cgroupDriver')).toHaveLength(1)
    expect(list).not.toContain('kube-controller-manager allocate-node-cidrs')
  })

  test('changes nothing: what is given to the components is what they read', () => {
    const { cluster } = scenarioOf(text({ 'kube-controller-manager': { v: 2, 'kube-api-qps': 40 } }))
    expect(cluster.flags['kube-controller-manager']['kube-api-qps']).toBe(40)
  })
})

describe('a flag that would change recovery and is not modelled', () => {
  test.each<[string, string, unknown, unknown]>([
    ['kube-controller-manager', 'controllers', '*,-nodelifecycle', '*'],
    ['kube-controller-manager', 'leader-elect', false, true],
    ['kube-controller-manager', 'feature-gates', 'A=true', ''],
    ['kube-scheduler', 'profiles', [{ schedulerName: 'other' }], []],
    ['kubelet', 'featureGates', { A: true }, {}],
    ['kubelet', 'cpuManagerPolicy', 'static', 'none'],
    ['kube-proxy', 'mode', 'ipvs', 'iptables'],
  ])('%s %s: %j is an error, %j is not', (process, name, wrong, harmless) => {
    expect(reading({ [process]: { [name]: wrong } })).toThrow(new RegExp(`refused-field.*expected no ${name}`))
    expect(ignored({ [process]: { [name]: harmless } })).toEqual([])
  })

  test('is one for the kubelets of a group of nodes, too', () => {
    expect(() => scenarioOf(text({}, { kubelet: { registerNode: false } }))).toThrow(/registerNode.*cluster\.nodes\[0\]\.kubelet/)
  })
})

test('a flag that no process has is an error with a suggestion', () => {
  expect(reading({ 'kube-controller-manager': { 'use-service-account-credential': true } })).toThrow(
    /did you mean "use-service-account-credentials"/,
  )
  expect(reading({ kubelet: { 'node-status-update-frequency': '10s' } })).toThrow(/did you mean "nodeStatusUpdateFrequency"/)
})

describe('an admission plugin', () => {
  const plugins = (value: unknown) => scenarioOf(text({ 'kube-apiserver': { 'disable-admission-plugins': value } })).cluster.flags
  test('is named in a text with commas, or in a list', () => {
    const names = ['ServiceAccount', 'DefaultTolerationSeconds']
    expect(plugins(names.join(','))['kube-apiserver']['disable-admission-plugins']).toEqual(names)
    expect(plugins(names)['kube-apiserver']['disable-admission-plugins']).toEqual(names)
  })

  test('that there is not is an error with a suggestion', () => {
    expect(() => plugins('ServiceAcount')).toThrow(/unknown admission plugin "ServiceAcount".*\n[\s\S]*did you mean "ServiceAccount"/)
  })

  test('that would change Pods and is not modelled cannot be enabled', () => {
    expect(reading({ 'kube-apiserver': { 'enable-admission-plugins': 'PodNodeSelector' } })).toThrow(/unknown admission plugin/)
  })
})

test('no flag is known twice', () => {
  for (const { ignored, refused } of Object.values(KNOWN_FLAGS)) {
    const all = [...ignored, ...Object.keys(refused)]
    expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([])
  }
})
