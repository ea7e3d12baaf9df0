/** How programs that use an export make the context of a conditional flow, by what report.json says of its columns. */
import { type ContextEncoding, contextSize } from '../core/data/context.ts'

/** A value for each column, to start from. */
const values = (context: ContextEncoding): readonly (readonly [name: string, value: string | number])[] =>
  context.map((column) => [column.name, column.kind === 'class' ? column.classes[0] ?? '' : Number(column.mean.toPrecision(4))])

const literal = (context: ContextEncoding): string =>
  values(context).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(', ')

/** Lines that define `context_of(count, values)` and `given`, values to ask with. */
export function pythonContext(context: ContextEncoding): readonly string[] {
  if (context.length === 0) return []
  return [
    '# the context c of p(x | c), column by column: a class is one-hot, a number standardised',
    'columns = json.load(open("report.json"))["context"]["columns"]',
    '',
    'def context_of(count, values):',
    `    c = np.zeros((count, ${contextSize(context)}), dtype=np.float32)`,
    '    for column in columns:',
    '        value, place = values[column["name"]], column["place"]',
    '        if column["kind"] == "class":',
    '            c[:, place + column["classes"].index(str(value))] = 1',
    '        else:',
    '            c[:, place] = (value - column["mean"]) / column["scale"]',
    '    return c',
    '',
    `given = {${literal(context)}}  # what you ask for`,
    '',
  ]
}

/** Lines that define `contextOf(count, values)` and `given`, values to ask with. */
export function javaScriptContext(context: ContextEncoding): readonly string[] {
  if (context.length === 0) return []
  const size = contextSize(context)
  return [
    '// the context c of p(x | c), column by column: a class is one-hot, a number standardised',
    "const { columns } = JSON.parse(readFileSync('report.json', 'utf8')).context",
    'const rowOf = (values) => {',
    `  const row = new Array(${size}).fill(0)`,
    '  for (const { name, kind, place, classes, mean, scale } of columns) {',
    "    if (kind === 'class') row[place + classes.indexOf(String(values[name]))] = 1",
    '    else row[place] = (values[name] - mean) / scale',
    '  }',
    '  return row',
    '}',
    `const contextOf = (count, values) => tensor([count, ${size}], (_, i) => rowOf(values)[i % ${size}])`,
    `const given = { ${literal(context)} } // what you ask for`,
    '',
  ]
}
