/** References between resources: whether they resolve, and point at what they may. https://hl7.org/fhir/R4/references.html */
import { counted, withArticle } from '../../../core/grammar';
import { fhirVersion, type FhirVersionName } from '../../../core/fhir-version';
import { elementsOf, MODEL_VERSIONS } from '../../../core/element-model';
import { localReference, type Resource } from '../../../core/fhir';
import { elementTypes } from '../../../search/element-types';
import type { SearchDefinitions } from '../../../search/types';
import { localKey, parseReference } from '../../../search/reference-target';
import type { TestContext } from '../../context';
import { referencesIn, type PlacedReference } from '../../gather/references';
import { FOCUS, readOne } from '../../harvest';
import { few } from '../../judge/search-set';
import { fail, noData, pass } from '../../judge/judgements';
import type { Judgement, TestCase } from '../../test-case';

/** The reference elements of an imaging study, and the references of its CodeableReferences: https://hl7.org/fhir/R4/imagingstudy.html#resource */
function referenceElements(definitions: SearchDefinitions): string[] {
  const version = MODEL_VERSIONS.find((known) => known === fhirVersion(definitions.fhirVersion).mimeVersion) ?? '4.0';
  return Object.entries(elementsOf(version, FOCUS)).flatMap(([path, { types }]) => (types.includes('Reference') ? [path] : types.includes('CodeableReference') ? [`${path}.reference`] : []));
}

export function referenceTests(definitions: SearchDefinitions): TestCase[] {
  return [
    ...referenceElements(definitions).map((element): TestCase => ({
      id: `reference.imagingstudy.${element.toLowerCase()}`,
      title: `${FOCUS}.${element}: references resolve`,
      group: 'reference',
      resourceType: FOCUS,
      requirement: 'reference-resolves',
      needs: [{ kind: 'type', type: FOCUS }],
      tags: [element],
      run: (context) => resolves(context, `${FOCUS}.${element}`),
    })),
    {
      id: 'reference.imagingstudy.target-types',
      title: `${FOCUS}: references point at types that the elements allow`,
      group: 'reference',
      resourceType: FOCUS,
      requirement: 'reference-type',
      needs: [{ kind: 'type', type: FOCUS }],
      run: (context) => Promise.resolve(targetTypes(context)),
    },
  ];
}

interface Placed extends PlacedReference {
  holder: Resource;
}

function placed(context: TestContext, element?: string): Placed[] {
  return context.known.index.all(FOCUS).flatMap((holder) => referencesIn(holder).filter((row) => element === undefined || row.element === element).map((row) => ({ ...row, holder })));
}

/**
 * What lies behind references to types that a server does not have: what is on another server is named by an absolute URL, and what is known by
 * its identifier alone by a logical reference: https://hl7.org/fhir/R4/references.html#logical
 */
const NOT_HERE = 'Relative references lead to types that this server does not have: what is elsewhere is referred to by an absolute URL or an identifier';

/** Distinct targets that a test asks for itself, where the harvest did not come to them. */
const ASKED = 50;

async function resolves(context: TestContext, element: string): Promise<Judgement> {
  const rows = placed(context, element).flatMap((row) => {
    const target = localKey(parseReference(row.reference), context.known.index.base);
    return target === undefined ? [] : [{ ...row, target }];
  });
  if (rows.length === 0) return noData(`Needed: a reference in ${element} to a resource of this server.`);
  const unread = [...new Set(rows.map(({ target }) => target))].filter((target) => context.known.state(target) === 'unknown');
  await Promise.all(unread.slice(0, ASKED).map((target) => readOne(context, target)));
  // What the harvest found gone is asked for once more: it may have come since, and the exchange is evidence.
  const gone = [...new Set(rows.map(({ target }) => target).filter((target) => context.known.state(target) === 'absent'))];
  const exchanges = await Promise.all(gone.slice(0, 5).map((target) => context.read(target, { fresh: true })));
  const dangling = rows.filter(({ target }) => context.known.state(target) === 'absent');
  const first = dangling.find(({ target }) => { const status = exchanges[gone.indexOf(target)]?.response?.status; return status === 404 || status === 410; });
  const targets = new Set(rows.map(({ target }) => target));
  if (first !== undefined) {
    const exchange = exchanges[gone.indexOf(first.target)];
    const status = exchange?.response?.status;
    const absent = [...new Set(gone.flatMap((target) => target.split('/')[0] ?? []))].filter((type) => !context.declared.types.has(type));
    const none = gone.every((target) => absent.includes(target.split('/')[0] ?? ''));
    return {
      ...fail(`${gone.length} of ${counted(targets.size, 'resource')} that ${element} refers to cannot be found: ${few(gone)}.${none ? ` The server declares no ${absent.join(', no ')}.` : ''}`, exchange),
      ...(none ? { cause: NOT_HERE } : {}),
      expected: [...targets].sort(),
      actual: [...targets].filter((target) => context.known.state(target) === 'present').sort(),
      witness: { reference: localReference(first.holder) ?? FOCUS, excerpt: { [first.path]: { reference: first.reference } }, why: `GET ${first.target} is answered by ${status}.` },
    };
  }
  const read = [...targets].filter((target) => context.known.state(target) === 'present');
  if (read.length === 0) return noData(`None of ${counted(targets.size, 'resource')} that ${element} refers to could be read (access may be restricted).`);
  return pass(`${read.length} of ${counted(targets.size, 'resource')} that ${element} refers to were read${read.length < targets.size ? '; the others could not be asked for' : ''}.`);
}

function targetTypes(context: TestContext): Judgement {
  const types = elementTypes(fhirVersion(context.definitions.fhirVersion).name as FhirVersionName);
  const rows = placed(context);
  if (rows.length === 0) return noData('Needed: a study with references.');
  const wrong = rows.flatMap((row) => {
    const target = parseReference(row.reference);
    const allowed = types.targets(row.element);
    return target.type === undefined || allowed === undefined || allowed.includes(target.type) ? [] : [{ ...row, type: target.type, allowed }];
  });
  const first = wrong[0];
  if (first === undefined) return pass(`Of a type that its element allows: the target of each of ${counted(rows.length, 'reference')}.`);
  return {
    ...fail(`${first.path} of ${localReference(first.holder)} points at ${withArticle(first.type)}; allowed: ${first.allowed.join(', ')}.${wrong.length > 1 ? ` So do ${wrong.length - 1} more references.` : ''}`),
    witness: { reference: localReference(first.holder) ?? FOCUS, excerpt: { [first.path]: { reference: first.reference } }, why: `${first.element} does not allow ${first.type}.` },
  };
}
