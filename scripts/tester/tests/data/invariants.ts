/** The data itself: the invariants of the guide over every ImagingStudy and Endpoint seen, and what claimed profiles demand. */
import { counted, withArticle } from '../../../core/grammar';
import { isId, localReference, type Resource } from '../../../core/fhir';
import { PUBLISHED } from '../../../core/fhir-version';
import { isObject } from '../../../core/json';
import { DICOM_UID_SYSTEM } from '../../../core/dicom-uid';
import { GUIDES } from '../../../convert/profiles';
import { MODEL_VERSIONS } from '../../../core/element-model';
import { RULES, rulesOf } from '../../../invariants/rules';
import type { Rule, Violation } from '../../../invariants/rule';
import { everyResource } from '../../knowledge';
import type { TestContext } from '../../context';
import { fail, noData, pass } from '../../judge/judgements';
import { few } from '../../judge/search-set';
import { otherVersion } from '../../stated-version';
import type { Judgement, TestCase } from '../../test-case';

const GUIDE = GUIDES['4.0'];
const PROFILES: Readonly<Record<string, string>> = {
  ImagingStudy: `${GUIDE}/StructureDefinition/scout-imaging-study`,
  Endpoint: `${GUIDE}/StructureDefinition/scout-imaging-endpoint`,
};

export const DATA_TESTS: readonly TestCase[] = [
  // The R6 draft has rules of its own, the DSTU2 ballot has none.
  ...[...RULES.map((rule) => ({ rule, id: rule.id, versions: PUBLISHED })), ...rulesOf('6.0').map((rule) => ({ rule, id: `6.0/${rule.id}`, versions: ['6.0'] }))].map(({ rule, id, versions }): TestCase => ({
    id: `data.${rule.resourceType.toLowerCase()}.${id.replace('6.0/', 'draft-')}`,
    title: `${rule.resourceType}: ${rule.description.replace(/\.$/, '')}`,
    group: 'data',
    resourceType: rule.resourceType,
    requirement: `invariant:${id}`,
    versions,
    needs: [{ kind: 'type', type: rule.resourceType }],
    tags: [rule.id, rule.origin],
    run: (context) => Promise.resolve(judgeRule(context, rule)),
  })),
  ...['ImagingStudy', 'Endpoint'].map((type): TestCase => ({
    id: `data.${type.toLowerCase()}.profile-elements`,
    title: `${type}: resources that claim the guide's profile have its mandatory elements`,
    group: 'data',
    resourceType: type,
    requirement: type === 'ImagingStudy' ? 'profile-study' : 'profile-endpoint',
    needs: [{ kind: 'type', type }],
    tags: ['profile'],
    run: (context) => Promise.resolve(profileElements(context, type)),
  })),
  {
    id: 'data.version',
    title: 'The resources seen are of the FHIR version that the server states',
    group: 'data',
    requirement: 'capability-version',
    needs: [],
    tags: ['version'],
    run: (context) => Promise.resolve(ofStatedVersion(context)),
  },
  {
    id: 'data.resource-ids',
    title: 'Every resource seen has a legal id',
    group: 'data',
    requirement: 'resource-id',
    needs: [],
    run: (context) => Promise.resolve(legalIds(context)),
  },
];

/** The guide for R5 has the same profiles under a base of its own. */
function inR4(profile: string): string {
  return profile.replace(GUIDES['5.0'], GUIDES['4.0']);
}

function claimsProfile(resource: Resource): boolean {
  const profiles: unknown = resource.meta?.profile;
  const wanted = PROFILES[resource.resourceType];
  return Array.isArray(profiles) && profiles.some((profile) => typeof profile === 'string' && inR4(profile.split('|')[0] ?? '') === wanted);
}

type Level = 'fail' | 'warn' | 'info';
const WORST: readonly Level[] = ['fail', 'warn', 'info'];

/**
 * How much a violation weighs. What follows from R4's own text fails everywhere. Rules of the R6 draft and of our profile bind
 * only who claims the profile; elsewhere they are hints. A listed number above the stated one is impossible by R4's definition
 * ("may be larger than the number of series elements"), the opposite is what that definition allows.
 */
function levelOf(rule: Rule, violation: Violation, claimed: boolean): Level {
  if (rule.severity === 'warning') return 'warn';
  if (rule.origin === 'base' || claimed) return 'fail';
  if (violation.count === 'more-listed-than-stated') return 'fail';
  if (violation.count === 'fewer-listed-than-stated') return 'info';
  return rule.origin === 'r6-draft' ? 'warn' : 'info';
}

function judgeRule(context: TestContext, rule: Rule): Judgement {
  const resources = context.known.index.all(rule.resourceType);
  if (resources.length === 0) return noData(`Needed: ${withArticle(rule.resourceType)}.`);
  const found = resources.flatMap((resource) => {
    const claimed = claimsProfile(resource);
    return rule.check(resource).map((violation) => ({ resource, violation, level: levelOf(rule, violation, claimed) }));
  });
  for (const level of WORST) {
    const broken = found.filter((row) => row.level === level);
    const first = broken[0];
    if (first === undefined) continue;
    const references = [...new Set(broken.flatMap(({ resource }) => localReference(resource) ?? []))];
    const reference = references[0] ?? rule.resourceType;
    return {
      verdict: level,
      message: `${reference}: ${first.violation.message} (${first.violation.path})${references.length > 1 ? ` The same in ${few(references.slice(1))}.` : ''}`,
      actual: references.sort(),
      witness: { reference, excerpt: valueAt(first.resource, first.violation.path), why: `${rule.description} ${first.violation.message}` },
    };
  }
  return pass(`${resources.length} ${rule.resourceType} resources keep the rule.`);
}

/** The value at a path such as `ImagingStudy.series[1].uid`; the nearest that is there. */
function valueAt(resource: Resource, path: string): unknown {
  let value: unknown = resource;
  for (const part of path.split('.').slice(1)) {
    const match = /^([^[]+)(?:\[(\d+)\])?$/.exec(part);
    if (match === null || typeof value !== 'object' || value === null) break;
    const inner: unknown = (value as Record<string, unknown>)[match[1] ?? ''];
    value = match[2] === undefined || !Array.isArray(inner) ? inner : (inner[Number(match[2])] as unknown);
  }
  return { [path]: value ?? null };
}

interface MandatoryElement {
  path: string;
  present: (resource: Resource) => boolean;
}

const filled = (value: unknown) => value !== undefined && value !== null && (!Array.isArray(value) || value.length > 0);
const element = (name: string): MandatoryElement => ({ path: name, present: (resource) => filled(resource[name]) });

/** The mandatory elements of the two profiles, as the guide's FSH has them. */
const MANDATORY: Readonly<Record<string, readonly MandatoryElement[]>> = {
  ImagingStudy: [
    { path: 'identifier[studyUID].value', present: ({ identifier }) => Array.isArray(identifier) && identifier.filter(isObject).some(({ system, value }) => system === DICOM_UID_SYSTEM && filled(value)) },
    element('status'),
    element('modality'),
    { path: 'subject: Reference(Patient)', present: ({ subject }) => filled(subject) && !/(^|\/)(Device|Group)\//.test(isObject(subject) && typeof subject['reference'] === 'string' ? subject['reference'] : '') },
    element('started'),
    element('endpoint'),
  ],
  Endpoint: [element('status'), element('connectionType'), { path: 'payloadType (R5: payload)', present: ({ payloadType, payload }) => filled(payloadType) || filled(payload) }, element('address')],
};

function profileElements(context: TestContext, type: string): Judgement {
  const claiming = context.known.index.all(type).filter(claimsProfile);
  if (claiming.length === 0) return noData(`Needed: ${withArticle(type)} that claims ${PROFILES[type]} in meta.profile.`);
  const lacking = claiming.flatMap((resource) => (MANDATORY[type] ?? []).filter(({ present }) => !present(resource)).map(({ path }) => ({ reference: localReference(resource) ?? type, path, resource })));
  const first = lacking[0];
  if (first === undefined) return pass(`${claiming.length} ${type} resources that claim the profile have its mandatory elements.`);
  const others = new Set(lacking.map(({ reference }) => reference)).size - 1;
  return {
    ...fail(`${first.reference} claims the profile but lacks ${first.path}.${others > 0 ? ` ${counted(others, 'more resource lacks', 'more resources lack')} something.` : ''}`),
    actual: [...new Set(lacking.map(({ reference }) => reference))].sort(),
    witness: { reference: first.reference, excerpt: { meta: first.resource.meta }, why: `${first.path} is mandatory in the profile.` },
  };
}

/** Data of another version is named once, by what shows it; how its elements break the rules of this version is no news then. */
function ofStatedVersion(context: TestContext): Judgement {
  const hasTable = MODEL_VERSIONS.some((known) => known === context.version.mimeVersion);
  const resources = everyResource(context);
  if (!hasTable || resources.length === 0) return noData('Needed: resources.');
  const others = resources.flatMap((resource) => {
    const other = otherVersion(resource, context.version);
    return other === undefined ? [] : [{ resource, other, reference: localReference(resource) ?? resource.resourceType }];
  });
  const [first, ...more] = others;
  if (first === undefined) return pass(`Built as FHIR ${context.version.name} has it: each of ${counted(resources.length, 'resource')}.`);
  return {
    ...fail(`${first.reference}: ${first.other.message}${more.length > 0 ? ` The like in ${few(more.map(({ reference }) => reference))}.` : ''}`),
    actual: others.map(({ reference }) => reference).sort(),
    witness: { reference: first.reference, excerpt: { evidence: first.other.evidence }, why: first.other.message },
  };
}

function legalIds(context: TestContext): Judgement {
  const resources = everyResource(context);
  if (resources.length === 0) return noData('Needed: resources.');
  const illegal = resources.filter(({ id }) => id === undefined || !isId(id));
  return illegal.length === 0 ? pass(`Legal ids: each of ${counted(resources.length, 'resource')}.`) : fail(`Illegal ids: ${few(illegal.flatMap((resource) => localReference(resource) ?? []))}.`);
}
