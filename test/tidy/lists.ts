import ts from 'typescript'
import { everyNode, isExported, parse, siblings } from './syntax.ts'
import type { File } from './tree.ts'

const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Names inside the array literals of a module. */
const listed = (source: ts.SourceFile): Set<string> =>
  new Set(
    everyNode(source)
      .filter(ts.isArrayLiteralExpression)
      .flatMap((array) => array.elements.flatMap((element) => everyNode(element).filter(ts.isIdentifier)))
      .map((identifier) => identifier.text),
  )

/** For each file of the folder: the names that the index imports from it. */
function imported(source: ts.SourceFile): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
    const nodes = statement.importClause === undefined ? [] : everyNode(statement.importClause)
    const identifiers = nodes.filter(ts.isIdentifier).map((identifier) => identifier.text)
    const file = base(statement.moduleSpecifier.text)
    names.set(file, [...(names.get(file) ?? []), ...identifiers])
  }
  return names
}

/** The element types of the lists that the index exports: `Fault` for `readonly Fault[]`. */
function elementTypes(source: ts.SourceFile): Set<string> {
  const declarations = source.statements.filter((one) => ts.isVariableStatement(one) && isExported(one)).flatMap(everyNode)
  const arrays = declarations.filter(ts.isArrayTypeNode).map((array) => array.elementType)
  return new Set(arrays.filter(ts.isTypeReferenceNode).map((type) => type.typeName.getText()))
}

/** Whether a file exports a constant of such a type. */
function declares(source: ts.SourceFile, types: ReadonlySet<string>): boolean {
  return source.statements.some(
    (statement) =>
      ts.isVariableStatement(statement) &&
      isExported(statement) &&
      statement.declarationList.declarations.some((one) => {
        const type =
          one.type ?? (one.initializer !== undefined && ts.isSatisfiesExpression(one.initializer) ? one.initializer.type : undefined)
        return type !== undefined && ts.isTypeReferenceNode(type) && types.has(type.typeName.getText())
      }),
  )
}

/**
 * Files of one folder that are missing from the list in its index.ts. A file that a sibling imports is a part that others share and
 * needs no line, unless it exports an entry of the list itself.
 */
export function unlisted(folder: string, files: readonly File[]): string[] {
  const index = files.find((file) => file.path === `${folder}/index.ts`)
  if (index === undefined) return [`${folder} has no index.ts: keep its explicit list there`]
  const source = parse(index)
  const names = imported(source)
  const inList = listed(source)
  const types = elementTypes(source)
  const members = files.filter((file) => file !== index).map((file) => ({ path: file.path, name: base(file.path), tree: parse(file) }))
  const shared = new Set(members.flatMap((member) => siblings(member.tree)))
  return members.flatMap(({ path, name, tree }) => {
    if (shared.has(name) && !declares(tree, types)) return []
    return (names.get(name) ?? []).some((one) => inList.has(one))
      ? []
      : [`${path} is in no list: add its line to ${folder}/index.ts, or delete the file`]
  })
}
