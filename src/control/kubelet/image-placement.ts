import type { Run } from '../../cluster/world.ts'
import type { PodSpec } from '../../scenario/specs.ts'

/** `images: all`: every image of every workload and static Pod, and every one that an operation will set, lies on every machine when the run begins. */
export function spreadImages(run: Run): void {
  const { scenario, truth } = run.world
  if (scenario.images !== 'all') return
  const images = new Set<string>()
  const note = ({ spec }: { readonly spec: PodSpec }): void => {
    for (const { image } of [...spec.initContainers, ...spec.containers]) images.add(image)
  }
  for (const manifest of scenario.workloads) {
    if ('template' in manifest) note(manifest.template)
    else if (manifest.kind === 'Pod') note(manifest)
  }
  for (const { do: word, parameters } of scenario.operations)
    if (word === 'set-image') images.add((parameters as { readonly to: string }).to)
  for (const { spec } of truth.machines) for (const pod of spec.staticPods) note(pod)
  for (const machine of truth.machines) for (const image of images) machine.images.add(image)
}
