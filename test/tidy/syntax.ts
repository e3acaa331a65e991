import { posix } from 'node:path'
import ts from 'typescript'
import type { File } from './tree.ts'

/** The syntax tree, with parents. */
export const parse = (file: File): ts.SourceFile => ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2023, true)

/** A node and all below it, in the order of the text. */
export function everyNode(root: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    nodes.push(node)
    ts.forEachChild(node, visit)
  }
  visit(root)
  return nodes
}

/** `path:line` of a node. */
export const place = (source: ts.SourceFile, node: ts.Node): string =>
  `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`

/** Whether a statement is exported under its own name. */
export const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)

/** The paths of the project's own files that a module imports or re-exports. */
export function imports(source: ts.SourceFile): string[] {
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return []
    const from = statement.moduleSpecifier
    if (from === undefined || !ts.isStringLiteral(from) || !from.text.startsWith('.')) return []
    return [posix.join(posix.dirname(source.fileName), from.text)]
  })
}
