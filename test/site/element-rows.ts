/** An element table as it stands in a page in, what a reader sees in each row out. */
import sax from 'sax';

export interface SeenRow {
  id: string;
  flags: string[];
  cardinality: string;
  /** Words of the column, links as `text<canonical>`. */
  type: string;
  /** `strength canonical` */
  binding?: string;
}

/** Reads the page with an XML parser that forgives HTML; nothing of the renderer is used. */
export function seenRows(page: string): SeenRow[] {
  const rows: SeenRow[] = [];
  const table = /<table class="tree">[\s\S]*?<\/table>/.exec(page)?.[0] ?? '';
  const parser = sax.parser(false, { lowercase: true });
  const stack: { name: string; classes: string; title: string }[] = [];
  let cell = '';
  let factLabel = '';
  let strength = '';
  parser.onopentag = ({ name, attributes }) => {
    const { class: classes = '', title = '' } = attributes as Record<string, string>;
    stack.push({ name, classes, title });
    const id = (attributes as Record<string, string>)['data-id'];
    if (name === 'tr' && id !== undefined) rows.push({ id, flags: [], cardinality: '', type: '' });
    if (name === 'td') cell = classes;
    if (classes.startsWith('fact')) factLabel = '';
  };
  parser.ontext = (text) => {
    const row = rows.at(-1);
    const top = stack.at(-1);
    if (row === undefined || top === undefined || cell === '') return;
    if (cell === 'flags' && top.name === 'abbr') row.flags.push(text);
    if (cell === 'card') row.cardinality += text;
    if (cell === 'type') row.type += top.name === 'a' || top.title !== '' ? `${text}${top.title === '' ? '' : `<${top.title}>`}` : text;
    if (cell === 'text' && top.classes === 'label') factLabel = text;
    if (cell === 'text' && top.classes.startsWith('strength')) strength = text;
    if (cell === 'text' && factLabel === 'Binding' && row.binding === undefined && top.title !== '') row.binding = `${strength} ${top.title}`;
  };
  parser.onclosetag = (name) => {
    stack.pop();
    if (name === 'td') cell = '';
  };
  parser.write(table).close();
  return rows;
}
