/** A value as it stands in JSON and the name of its primitive type in, what is wrong with it out. https://hl7.org/fhir/R4/datatypes.html#primitive */

const DAY = String.raw`\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const TIME = String.raw`([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?`;
const ZONE = String.raw`(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))`;

/** Types that are text, each with its form. Where the specification's expression is stricter than its words (lower case in a uuid), the words decide. */
const TEXTS: Readonly<Record<string, RegExp>> = {
  date: new RegExp(`^(\\d{4}(-(0[1-9]|1[0-2]))?|${DAY})$`),
  dateTime: new RegExp(`^(\\d{4}(-(0[1-9]|1[0-2]))?|${DAY}(T${TIME}${ZONE})?)$`),
  instant: new RegExp(`^${DAY}T${TIME}${ZONE}$`),
  time: new RegExp(`^${TIME}$`),
  id: /^[A-Za-z0-9\-.]{1,64}$/,
  code: /^\S+(\s\S+)*$/,
  oid: /^urn:oid:[0-2](\.(0|[1-9]\d*))+$/,
  uuid: /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  uri: /^\S+$/,
  url: /^\S+$/,
  canonical: /^\S+$/,
  base64Binary: /^[0-9a-zA-Z+/=\s]+$/,
  integer64: /^[-+]?\d+$/,
};

/** Whole numbers: the smallest and the largest. */
const WHOLE: Readonly<Record<string, readonly [number, number]>> = { integer: [-(2 ** 31), 2 ** 31 - 1], unsignedInt: [0, 2 ** 31 - 1], positiveInt: [1, 2 ** 31 - 1] };

// Of the second row of control characters (U+007F to U+009F) nothing is said.
const CONTROL = /[^\P{Cc}\t\n\r\x7f-\x9f]/u;
/** "Strings SHOULD not contain Unicode character points below 32", and "SHOULD always contain non-whitespace content": https://hl7.org/fhir/R4/datatypes.html#string */
const TEXT: readonly string[] = ['string', 'markdown'];
/** Elements and attributes with which a narrative would act instead of being read: https://hl7.org/fhir/R4/narrative.html#xhtml */
const ACTIVE = /<\s*(script|form|object|iframe|frame|base|link|head|body|input|button|embed|applet)\b|<[^>]*\son[a-z]+\s*=/i;

/** What a text should not be, though it may: undefined where it is not so, or of another type. */
export function textFlaw(value: unknown, type: string): string | undefined {
  if (typeof value !== 'string' || value === '' || !TEXT.includes(type)) return undefined;
  if (value.trim() === '') return 'is nothing but white space';
  return CONTROL.test(value) ? 'has a control character' : undefined;
}

/** Undefined where the value has the form of its type. */
export function primitiveDefect(value: unknown, type: string): string | undefined {
  if (type === 'boolean') return typeof value === 'boolean' ? undefined : `is ${shown(value)}, which is no JSON boolean`;
  const whole = WHOLE[type];
  if (whole !== undefined || type === 'decimal') {
    if (typeof value !== 'number') return `is ${shown(value)}, which is no JSON number`;
    return whole === undefined || (Number.isInteger(value) && value >= whole[0] && value <= whole[1]) ? undefined : `is ${value}, which is no ${type}`;
  }
  if (typeof value !== 'string') return `is ${shown(value)}, which is no JSON string`;
  if (value === '' || (value.trim() === '' && !TEXT.includes(type))) return 'is an empty string';
  if (type === 'xhtml') return narrativeDefect(value);
  if (CONTROL.test(value) && !TEXT.includes(type)) return 'has a control character';
  const form = TEXTS[type];
  if (form !== undefined && !form.test(value)) return `is ${shown(value)}, which is no ${type}`;
  return isDated(type) && !isRealDay(value) ? `is ${shown(value)}, a day that no calendar has` : undefined;
}

function isDated(type: string): boolean {
  return type === 'date' || type === 'dateTime' || type === 'instant';
}

function isRealDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  if (day === undefined) return true;
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCDate() === Number(day);
}

/** Rules txt-1 and txt-2 of https://hl7.org/fhir/R4/narrative-definitions.html#Narrative.div */
function narrativeDefect(div: string): string | undefined {
  if (!/^\s*(<\?xml[^>]*>\s*)?<([\w-]+:)?div\b/.test(div)) return 'does not begin with <div> (rule txt-1)';
  const active = ACTIVE.exec(div)?.[0];
  if (active !== undefined) return `holds ${shown(active)}, which a narrative may not have (rule txt-1)`;
  const text = div.replace(/<!--[\s\S]*?-->|<[^>]*>/g, '').replace(/&nbsp;|&#160;|&#xa0;/gi, ' ');
  return text.trim() === '' && !/<\s*([\w-]+:)?img\b/i.test(div) ? 'is a narrative without content (rule txt-2)' : undefined;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
