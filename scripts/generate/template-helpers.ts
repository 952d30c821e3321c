/** The helpers that templates write values with; each says what it writes, so that nothing in the data can break the JSON. */
import type Handlebars from 'handlebars';
import type { HelperOptions } from 'handlebars';

/** Helpers by name: what an error lists, and what may stand at the top of a template. */
export const HELPERS = {
  json: '{{json value}}: the value as JSON, null where it is absent (absent elements are dropped afterwards)',
  list: '{{#list items}}...{{/list}}: a JSON array, one element for each item',
  narrative: '{{#narrative}}...{{/narrative}}: a Narrative with the XHTML inside; plain {{value}} is escaped in it',
  join: '(join items "code" ", "): one text of an element of all items',
  concat: '(concat a b): one list of all parts, lists and single values, absent ones left out',
  text: '(text "a" b): one text of all parts, absent ones left out',
} as const;

/** The block helpers of Handlebars itself that templates may use. */
export const BLOCKS = ['if', 'unless', 'each', 'with', 'list', 'narrative'] as const;

const XHTML = 'http://www.w3.org/1999/xhtml';

/** Registers the helpers in an environment of ours (the global one stays as it is). */
export function registerHelpers(environment: typeof Handlebars): void {
  const literal = (value: unknown) => new environment.SafeString(JSON.stringify(value ?? null));
  environment.registerHelper('json', (value: unknown) => literal(value));
  environment.registerHelper('join', (items: unknown, element: unknown, separator: unknown) =>
    textOf(
      asList(items).map((item) => (item as Record<string, unknown> | undefined)?.[String(element)]),
      String(separator),
    ),
  );
  environment.registerHelper('text', (...parts: unknown[]) => textOf(parts.slice(0, -1), ''));
  environment.registerHelper('concat', (...parts: unknown[]) => parts.slice(0, -1).flat().filter((part) => part !== undefined && part !== null));
  environment.registerHelper('list', function (this: unknown, items: unknown, options: HelperOptions) {
    const written = asList(items).map((item, index) => options.fn(item, { data: { ...(options.data as object), index, number: index + 1 }, blockParams: [item, index] }));
    return new environment.SafeString(`[${written.join(',')}]`);
  });
  // https://hl7.org/fhir/R4/narrative.html#Narrative: the div is XHTML in one string.
  environment.registerHelper('narrative', function (this: unknown, options: HelperOptions) {
    const inner = options.fn(this).trim().replace(/\s*\n\s*/g, ' ');
    return literal({ status: 'generated', div: `<div xmlns="${XHTML}">${inner}</div>` });
  });
}

function textOf(parts: readonly unknown[], separator: string): string {
  return parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(separator);
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
