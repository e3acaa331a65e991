import { parseCIDR, toAddress, toNumber } from './addresses.ts'

/**
 * Which ranges of a larger one are taken. The next is looked for behind the one given last, round the whole: one that was given back is not
 * given again before all others have been. pkg/controller/nodeipam/ipam/cidrset/cidr_set.go (1.20 … 1.36).
 */
export class CidrSet {
  private readonly first: number
  private readonly size: number
  private readonly mask: number
  private readonly most: number
  private readonly taken = new Set<number>()
  private candidate = 0

  /** Splits `cidr` into ranges whose prefix has `mask` bits. */
  constructor(cidr: string, mask: number) {
    const range = parseCIDR(cidr)
    this.first = range.first
    this.mask = mask
    this.size = 2 ** (32 - mask)
    this.most = Math.floor(range.size / this.size)
  }

  /** Takes the next free range; empty when there is none. AllocateNext. */
  next(): string {
    if (this.taken.size >= this.most) return ''
    while (this.taken.has(this.candidate)) this.candidate = (this.candidate + 1) % this.most
    const index = this.candidate
    this.taken.add(index)
    this.candidate = (index + 1) % this.most
    return `${toAddress(this.first + index * this.size)}/${this.mask}`
  }

  /** A range is in use already; one of another size or outside changes nothing. */
  occupy(cidr: string): void {
    const index = this.indexOf(cidr)
    if (index !== null) this.taken.add(index)
  }

  /** A range is free again. */
  release(cidr: string): void {
    const index = this.indexOf(cidr)
    if (index !== null) this.taken.delete(index)
  }

  private indexOf(cidr: string): number | null {
    const [address, mask] = cidr.split('/')
    const index = (toNumber(address as string) - this.first) / this.size
    return Number(mask) === this.mask && index >= 0 && index < this.most ? index : null
  }
}
