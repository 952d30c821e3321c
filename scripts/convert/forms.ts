/** How a value changes its form between R4 and R5: a function each way for every row of FORMS. */
import type { ModelElement } from '../core/element-model';
import { elementAt, isObject, lastOf, remark, valuesOf, type ConvertContext, type Json } from './context';
import { toExtensions } from './cross-version';
import { FORMS, type FormName, type Move } from './moves';

/** One element on its way. */
export interface Moving {
  readonly context: ConvertContext;
  readonly move: Move;
  /** The object that holds the element, as it was. */
  readonly source: Json;
  /** The object that is being made. */
  readonly target: Json;
  readonly sourcePath: string;
  readonly targetPath: string;
  readonly targetElement: ModelElement | undefined;
  readonly values: readonly unknown[];
}

type Way = (moving: Moving) => void;
interface Form {
  /** R4 to R5. */
  readonly up: Way;
  /** R5 to R4. */
  readonly down: Way;
}

/** Adds values under a property; what is too many for it travels in an extension. */
export function put(moving: Moving, property: string, values: readonly unknown[], many: boolean): void {
  if (values.length === 0) return;
  const { target, context, sourcePath } = moving;
  if (many) {
    target[property] = [...valuesOf(target[property]), ...values];
    return;
  }
  const [first, ...others] = [...valuesOf(target[property]), ...values];
  target[property] = first;
  if (others.length === 0) return;
  const typeName = sourceTypeOf(others[0]);
  // An element that is in both versions has no cross-version extension.
  const isNew = elementAt(context.to, context.resource.resourceType, sourcePath) === undefined;
  const extensions = typeName === undefined || !isNew ? undefined : toExtensions(context, sourcePath, typeName, others);
  carry(moving, extensions, `Only one value fits; ${others.length} more`);
}

/** Puts extensions on the target, or says that the values are lost. */
function carry({ context, target, sourcePath }: Moving, extensions: Json[] | undefined, what: string): void {
  if (extensions === undefined) return remark(context, 'lost', sourcePath, `${what} are lost.`);
  target.extension = [...valuesOf(target.extension), ...extensions];
  remark(context, 'extension', sourcePath, `${what} travel in an extension.`);
}

function sourceTypeOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  if ('reference' in value && !isObject(value.reference)) return 'Reference';
  return 'coding' in value || 'text' in value ? 'CodeableConcept' : undefined;
}

const toMany = ({ targetElement }: Moving) => targetElement?.max !== '1';
const each = (change: (value: unknown, moving: Moving) => unknown): Way => (moving) => {
  const values = moving.values.flatMap((value) => change(value, moving) ?? []);
  put(moving, lastOf(moving.targetPath), values, toMany(moving));
};

/** The one coding that R4 has room for. */
function codingOf(concept: unknown, { context, sourcePath }: Moving): unknown {
  const { coding, text, ...rest } = isObject(concept) ? concept : {};
  const [first, ...others] = valuesOf(coding);
  if (first === undefined) {
    if (typeof text !== 'string') return undefined;
    remark(context, 'nearest', sourcePath, `A concept of text alone ("${text}") became the display of a coding.`);
    return { display: text };
  }
  const lost = [...(others.length > 0 ? [`${others.length} more codings`] : []), ...(text === undefined ? [] : [`the text "${shown(text)}"`]), ...Object.keys(rest)];
  if (lost.length > 0) remark(context, 'lost', sourcePath, `A Coding has no room for ${lost.join(', ')}.`);
  return first;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A part of a CodeableReference; the other part goes elsewhere or is lost. */
function part(name: 'concept' | 'reference'): Way {
  return each((value, { context, sourcePath }) => {
    const { concept, reference } = isObject(value) ? value : {};
    const other = name === 'concept' ? reference : concept;
    if (other !== undefined) remark(context, 'lost', sourcePath, `There is no place for the ${name === 'concept' ? 'reference' : 'concept'} of a CodeableReference.`);
    return name === 'concept' ? concept : reference;
  });
}

const conceptOrReference: Form = {
  up(moving) {
    const { move, source } = moving;
    const concepts = valuesOf(source[lastOf(move.r4)]).map((concept) => ({ concept }));
    const references = move.r4Reference === undefined ? [] : valuesOf(source[lastOf(move.r4Reference)]).map((reference) => ({ reference }));
    put(moving, lastOf(moving.targetPath), [...concepts, ...references], toMany(moving));
  },
  down(moving) {
    const { move, context, sourcePath, values } = moving;
    if (move.r4Reference === undefined) return part('concept')(moving);
    const found = values.filter(isObject);
    if (found.some(({ concept, reference }) => concept !== undefined && reference !== undefined)) remark(context, 'lost', sourcePath, 'That a concept and a reference belong together is lost.');
    const firstReference = found.findIndex(({ concept }) => concept === undefined);
    if (firstReference >= 0 && found.slice(firstReference).some(({ concept }) => concept !== undefined)) remark(context, 'lost', sourcePath, 'The order of concepts among references is lost.');
    const many = toMany(moving);
    put(moving, lastOf(move.r4), found.flatMap(({ concept }) => concept ?? []), many);
    put(moving, lastOf(move.r4Reference), found.flatMap(({ reference }) => reference ?? []), many);
  },
};

/** Codes that mean the same either way; where the way back would lead elsewhere, it is said. */
function recode(moving: Moving, there: (code: string) => string | undefined, back: (code: string) => string | undefined): void {
  const { context, target, targetPath, sourcePath, values } = moving;
  for (const value of values) {
    const code = String(value);
    const meant = there(code);
    if (meant === undefined) {
      remark(context, 'not-converted', sourcePath, `"${code}" is no code of this element.`);
      continue;
    }
    target[lastOf(targetPath)] = meant;
    if (back(meant) === code) continue;
    remark(context, 'lost', sourcePath, `"${code}" became "${meant}", the nearest code that the other version has.`);
  }
}

const upCode = ({ move }: Moving) => (code: string) => move.codes?.[code];
const downCode = ({ move }: Moving) => (code: string) => Object.entries(move.codes ?? {}).find(([, other]) => other === code)?.[0] ?? move.nearest?.[code];

/** http://hl7.org/fhir/R5/codesystem-endpoint-environment.html */
const TEST_ENVIRONMENT = { system: 'http://hl7.org/fhir/endpoint-environment', code: 'test' };
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';

const functions: Record<FormName, Form> = {
  rename: { up: each((value) => value), down: each((value) => value) },
  'coding-concept': { up: each((coding) => ({ coding: [coding] })), down: each(codingOf) },
  'coding-codeable': {
    up: each((coding) => ({ concept: { coding: [coding] } })),
    down: each((value, moving) => {
      const { concept, reference } = isObject(value) ? value : {};
      if (reference !== undefined) remark(moving.context, 'lost', moving.sourcePath, 'There is no place for the reference of a CodeableReference.');
      return concept === undefined ? undefined : codingOf(concept, moving);
    }),
  },
  'concept-codeable': conceptOrReference,
  'reference-codeable': { up: each((reference) => ({ reference })), down: part('reference') },
  'text-concept-codeable': {
    up: each((text) => ({ concept: { text } })),
    down: each((value, { context, sourcePath }) => {
      const { concept, reference } = isObject(value) ? value : {};
      const { text, ...rest } = isObject(concept) ? concept : {};
      if (reference !== undefined || Object.keys(rest).length > 0) remark(context, 'lost', sourcePath, 'Only the text of the instruction has a place.');
      return text;
    }),
  },
  'text-note': {
    up: each((text) => ({ text })),
    down: each((value, { context, sourcePath }) => {
      const { text, ...rest } = isObject(value) ? value : {};
      if (Object.keys(rest).length > 0) remark(context, 'lost', sourcePath, `A comment has no ${Object.keys(rest).join(' and no ')}.`);
      return text;
    }),
  },
  'text-instruction': {
    up: each((text) => ({ instructionMarkdown: text })),
    down: each((value, { context, sourcePath }) => {
      const { instructionMarkdown, ...rest } = isObject(value) ? value : {};
      if (Object.keys(rest).length > 0) remark(context, 'lost', sourcePath, 'Only the text of the instruction has a place.');
      return instructionMarkdown;
    }),
  },
  'concept-language': {
    up: each((language) => ({ language })),
    down: each((value, { context, sourcePath }) => {
      const { language, ...rest } = isObject(value) ? value : {};
      if (Object.keys(rest).length > 0) remark(context, 'lost', sourcePath, `There is no place for ${Object.keys(rest).join(', ')}.`);
      return language;
    }),
  },
  code: { up: (moving) => recode(moving, upCode(moving), downCode(moving)), down: (moving) => recode(moving, downCode(moving), upCode(moving)) },
  'boolean-code': {
    up: each((value, { move }) => move.codes?.[String(value)]),
    down: each((value, moving) => downCode(moving)(String(value)) === 'true'),
  },
  'code-boolean': {
    up: (moving) => {
      const [code] = moving.values;
      moving.target[lastOf(moving.targetPath)] = upCode(moving)(String(code)) === 'true';
      if (code === 'information-only') remark(moving.context, 'lost', moving.sourcePath, '"information-only" became "not required".');
    },
    down: each((value, moving) => downCode(moving)(String(value))),
  },
  contact: {
    up: (moving) => put(moving, lastOf(moving.targetPath), moving.values.length === 0 ? [] : [{ telecom: [...moving.values] }], true),
    down: each((value, { context, sourcePath, values }) => {
      const { telecom, ...rest } = isObject(value) ? value : {};
      if (Object.keys(rest).length > 0 || values.length > 1) remark(context, 'lost', sourcePath, 'Only the contact points have a place, and not which contact they belong to.');
      return telecom;
    }),
  },
  'organization-contact': {
    up({ source, target }) {
      const contacts = valuesOf(source.contact).filter(isObject).map(({ name, ...rest }) => ({ ...rest, ...(name === undefined ? {} : { name: [name] }) }));
      target.contact = [...contacts, ...(source.telecom === undefined ? [] : [{ telecom: source.telecom }]), ...valuesOf(source.address).map((address) => ({ address }))];
    },
    down(moving) {
      for (const { name, purpose, telecom, address, ...rest } of moving.values.filter(isObject)) {
        const [first, ...others] = valuesOf(name);
        if (others.length > 0 || Object.keys(rest).length > 0) remark(moving.context, 'lost', moving.sourcePath, `There is no place for ${[...(others.length > 0 ? ['further names'] : []), ...Object.keys(rest)].join(', ')} of a contact.`);
        if (first === undefined && purpose === undefined) {
          put(moving, 'telecom', valuesOf(telecom), true);
          put(moving, 'address', valuesOf(address), true);
        } else put(moving, 'contact', [Object.fromEntries(Object.entries({ purpose, name: first, telecom, address }).filter(([, value]) => value !== undefined))], true);
      }
    },
  },
  payload: {
    up({ source, target }) {
      const { payloadType, payloadMimeType } = source;
      target.payload = [{ ...(payloadType === undefined ? {} : { type: payloadType }), ...(payloadMimeType === undefined ? {} : { mimeType: payloadMimeType }) }];
    },
    down(moving) {
      const found = moving.values.filter(isObject);
      if (found.length > 1) remark(moving.context, 'lost', moving.sourcePath, 'Which MIME types belong to which payload types is lost.');
      put(moving, 'payloadType', found.flatMap(({ type }) => valuesOf(type)), true);
      put(moving, 'payloadMimeType', found.flatMap(({ mimeType }) => valuesOf(mimeType)), true);
    },
  },
  'encounter-reason': {
    up({ source, target, move }) {
      const concepts = valuesOf(source[lastOf(move.r4)]).map((concept) => ({ value: [{ concept }] }));
      const references = valuesOf(source[move.r4Reference ?? '']).map((reference) => ({ value: [{ reference }] }));
      target.reason = [...concepts, ...references];
    },
    down(moving) {
      const rows = moving.values.filter(isObject);
      if (rows.some(({ use, value }) => use !== undefined || valuesOf(value).length > 1)) remark(moving.context, 'lost', moving.sourcePath, 'The use of a reason, and which values belong together, are lost.');
      conceptOrReference.down({ ...moving, values: rows.flatMap(({ value }) => valuesOf(value)) });
    },
  },
  'period-choice': {
    up: ({ target, values }) => void (target.coveragePeriod = values[0]),
    down: ({ target, source, context, sourcePath }) => {
      if (source.coveragePeriod === undefined) remark(context, 'lost', sourcePath, 'A coverage that is no period has no place.');
      else target.period = source.coveragePeriod;
    },
  },
  reported: {
    up: ({ target, values }) => void (target.reportedReference = values[0]),
    down: ({ target, source, context, sourcePath }) => {
      if (source.reportedReference === undefined) remark(context, 'lost', sourcePath, 'That it was reported, without by whom, has no place.');
      else target.asserter = source.reportedReference;
    },
  },
  participant: {
    up(moving) {
      const code = moving.move.codes?.function;
      put(moving, 'participant', moving.values.map((actor) => ({ function: { coding: [{ system: PARTICIPATION, code }] }, actor })), true);
    },
    down(moving) {
      const { target, values, context, sourcePath } = moving;
      for (const value of values.filter(isObject)) {
        const coding = isObject(value.function) ? valuesOf(value.function.coding).filter(isObject)[0] : undefined;
        const property = { enterer: 'recorder', informant: 'asserter' }[String(coding?.code)];
        if (property === undefined || target[property] !== undefined || coding?.system !== PARTICIPATION) remark(context, 'lost', sourcePath, 'R4 knows one recorder and one asserter, and no other participants.');
        else target[property] = value.actor;
      }
    },
  },
  'environment-test': {
    up({ target, values }) {
      const isTest = values[0] === 'test';
      target.status = isTest ? 'active' : values[0];
      if (isTest) target.environmentType = [{ coding: [TEST_ENVIRONMENT] }];
    },
    down({ target, values, source }) {
      const isTest = values[0] === 'active' && JSON.stringify(source.environmentType) === JSON.stringify([{ coding: [TEST_ENVIRONMENT] }]);
      target.status = isTest ? 'test' : values[0];
      if (isTest) target.environmentType = undefined;
    },
  },
};

/** Properties of R5 that a form takes along besides its own. */
const FURTHER_TAKEN: Partial<Record<FormName, (moving: Moving) => readonly string[]>> = {
  'environment-test': ({ target }) => ('environmentType' in target ? ['environmentType'] : []),
};

/** Moves one element; returns the other properties of the source that went with it. */
export function moveElement(moving: Moving): readonly string[] {
  const { move, context } = moving;
  const isUp = context.to === '5.0';
  functions[move.form][isUp ? 'up' : 'down'](moving);
  const contacts = isUp && move.form === 'organization-contact' ? ['contact', 'telecom', 'address'] : [];
  const both = isUp && move.r4Reference !== undefined ? [lastOf(move.r4), lastOf(move.r4Reference)] : [];
  const taken = [...contacts, ...both, ...(isUp ? [] : (FURTHER_TAKEN[move.form]?.(moving) ?? []))];
  if (moving.target.environmentType === undefined) delete moving.target.environmentType;
  return taken;
}

/** What a form does, for the page about versions. */
export function describeForm(form: FormName): string {
  return FORMS[form];
}
