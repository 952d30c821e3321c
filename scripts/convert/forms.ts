/** How a value changes its form between R4 and R5: a function each way for every row of FORMS. */
import { isObject } from '../core/json';
import { lastOf, remark, valuesOf } from './context';
import { BODY_STRUCTURE } from './cross-version';
import type { FormName } from './moves';
import { codingOf, downCode, each, part, put, recode, toMany, upCode, type Form, type Moving } from './moving';
import { UNKNOWN_STRUCTURE } from './supplied';

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

/** http://hl7.org/fhir/R5/codesystem-endpoint-environment.html */
const TEST_ENVIRONMENT = { system: 'http://hl7.org/fhir/endpoint-environment', code: 'test' };
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';

const functions: Record<FormName, Form> = {
  rename: { up: each((value) => value), down: each((value) => value) },
  'coding-concept': { up: each((coding) => ({ coding: [coding] })), down: each(codingOf) },
  'coding-codeable': {
    up: each((value) => {
      const { extension, ...coding } = isObject(value) ? value : {};
      const carried = valuesOf(extension).filter(isObject).find(({ url, valueReference }) => url === BODY_STRUCTURE && valueReference !== undefined);
      const others = valuesOf(extension).filter((one) => one !== carried);
      const rest = { ...(others.length === 0 ? {} : { extension: others }), ...coding };
      return { ...(Object.keys(rest).length === 0 ? {} : { concept: { coding: [rest] } }), ...(carried === undefined ? {} : { reference: carried.valueReference }) };
    }),
    down: each((value, moving) => {
      const { concept, reference } = isObject(value) ? value : {};
      const coding = concept === undefined ? undefined : codingOf(concept, moving);
      if (reference === undefined) return coding;
      remark(moving.context, 'extension', moving.sourcePath, 'The reference of a CodeableReference travels in an extension.');
      const { extension, ...rest } = isObject(coding) ? coding : {};
      return { extension: [...valuesOf(extension), { url: BODY_STRUCTURE, valueReference: reference }], ...rest };
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
  'included-structure': {
    up({ source, target, context, sourcePath }) {
      const { location, locationQualifier } = source;
      if (location === undefined) remark(context, 'supplied', sourcePath, 'R5 demands the structure that qualifiers qualify; the null flavor says that none was stated.');
      target.includedStructure = [{ structure: location ?? UNKNOWN_STRUCTURE, ...(locationQualifier === undefined ? {} : { qualifier: locationQualifier }) }];
    },
    down(moving) {
      const { context, sourcePath, target } = moving;
      const [first, ...others] = moving.values.filter(isObject);
      if (others.length > 0) remark(context, 'lost', sourcePath, `R4 has room for one structure; ${others.length} more are lost.`);
      const { structure, laterality, qualifier, ...rest } = first ?? {};
      if (Object.keys(rest).length > 0) remark(context, 'lost', sourcePath, `There is no place for ${Object.keys(rest).join(', ')} of a structure.`);
      if (laterality !== undefined) remark(context, 'nearest', sourcePath, 'The laterality became a qualifier of the location.');
      if (structure !== undefined) target.location = structure;
      put(moving, 'locationQualifier', [...valuesOf(laterality), ...valuesOf(qualifier)], true);
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
