import { type Flags, integerFlag, numberFlag } from '../scenario/flags.ts'

const CLIENT = 'cmd/kube-controller-manager/app/options/options.go, component-base config ClientConnectionConfiguration, 1.20 … 1.36'

/** Flags of kube-controller-manager that every controller shares: each has a clientset of its own with this rate. */
export const controllerManagerFlags = {
  'kube-api-qps': numberFlag(20, 'Calls per second of each controller after its burst [1/s].', CLIENT),
  'kube-api-burst': integerFlag(30, 'Calls each controller may send at once.', CLIENT),
} satisfies Flags
