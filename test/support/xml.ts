/** An element of a well-formed document. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

const NAME = '[A-Za-z_][\\w.-]*'
const TAG = new RegExp(`<(/?)(${NAME})((?:\\s+${NAME}="[^<"]*")*)\\s*(/?)>`, 'y')
const ATTRIBUTE = new RegExp(`(${NAME})="([^"]*)"`, 'g')
const ENTITY: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Parses the XML that reports write (no comments, no CDATA); throws wherever it is not well-formed XML 1.0. */
export function parseXml(text: string): Element {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f]/.test(text)) throw new Error('a character that XML forbids')
  const head = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(text)
  if (head === null) throw new Error('no XML declaration')
  const document: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [document]
  let at = head[0].length
  while (at < text.length) {
    const parent = open.at(-1) as Element
    if (text[at] !== '<') {
      const end = text.indexOf('<', at) < 0 ? text.length : text.indexOf('<', at)
      const plain = decoded(text.slice(at, end))
      if (parent === document && plain.trim() !== '') throw new Error(`text outside the root: ${plain}`)
      parent.text += plain
      at = end
      continue
    }
    TAG.lastIndex = at
    const tag = TAG.exec(text)
    if (tag === null) throw new Error(`no tag at ${at}: ${text.slice(at, at + 80)}`)
    const [whole, closing, name = '', attributes = '', empty] = tag
    at += whole.length
    if (closing === '/') {
      if (open.pop()?.name !== name || open.length === 0) throw new Error(`</${name}> closes something else`)
      continue
    }
    const pairs = [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [key, decoded(value)] as const)
    if (new Set(pairs.map(([key]) => key)).size !== pairs.length) throw new Error(`<${name}> has an attribute twice`)
    const element: Element = { name, attributes: Object.fromEntries(pairs), children: [], text: '' }
    parent.children.push(element)
    if (empty !== '/') open.push(element)
  }
  const [root] = document.children
  if (open.length !== 1 || root === undefined || document.children.length !== 1) throw new Error('not one root element')
  return root
}

function decoded(text: string): string {
  if (/[<]/.test(text) || /&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(text)) throw new Error(`not escaped: ${text}`)
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) =>
    code === undefined ? (ENTITY[name] as string) : String.fromCodePoint(Number(code)),
  )
}
