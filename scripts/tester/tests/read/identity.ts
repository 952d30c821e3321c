/** Which resource an address names, and the forms in which a client may ask for it. https://hl7.org/fhir/R4/http.html#root */
import { withArticle } from '../../../core/grammar';
import { localReference, type Resource } from '../../../core/fhir';
import { PUBLISHED } from '../../../core/fhir-version';
import { answerInWords, resourceOf, succeeded } from '../../answer';
import { NO_SUCH_ID } from '../../choose/values';
import type { TestContext } from '../../context';
import { entityTag } from '../../entity-tag';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, pass, warn } from '../../judge/judgements';
import type { RequirementKey } from '../../requirements';
import type { Judgement, Need, TestCase } from '../../test-case';

const reads = (type: string): Need => ({ kind: 'interaction', type, interaction: 'read' });

export const READ_IDENTITY_TESTS: readonly TestCase[] = [
  readTest('id-case', 'a read tells upper and lower case of an id apart', 'identity', otherCase),
  readTest('other-type', 'a read does not find a resource below another type', 'identity', otherType, [reads('Patient')]),
  readTest('head-unknown', 'HEAD of what does not exist is answered as GET is', 'head', headOfNothing),
  readTest('vread-unknown', 'a vread of a version that does not exist yet finds none', 'vread', laterVersion, [{ kind: 'interaction', type: FOCUS, interaction: 'vread' }]),
  readTest('vread-etag', 'a vread has its own version in its ETag', 'vread', vreadEtag, [{ kind: 'interaction', type: FOCUS, interaction: 'vread' }]),
  ...[
    readTest('accept-version', 'an Accept header with fhirVersion, that of the server, is served', 'content-type-parameters', (context) => accepts(context, `${context.version.jsonType}; fhirVersion=${context.version.mimeVersion}`)),
    readTest('accept-any', 'an Accept header of */* is served', 'content-negotiation', (context) => accepts(context, '*/*')),
    // "the server SHOULD respond with the requested mime type"
    readTest('accept-generic', 'an Accept header of application/json is served', 'content-negotiation', async (context) => {
      const judged = await accepts(context, 'application/json');
      return judged.verdict === 'fail' ? { ...judged, verdict: 'warn' } : judged;
    }),
  ].map((test) => ({ ...test, versions: PUBLISHED })),
];

function readTest(id: string, title: string, requirement: RequirementKey, run: (context: TestContext) => Promise<Judgement>, needs: readonly Need[] = []): TestCase {
  return { id: `read.${FOCUS.toLowerCase()}.${id}`, title: `${FOCUS}: ${title}`, group: 'read', resourceType: FOCUS, requirement, needs: [reads(FOCUS), ...needs], tags: ['read'], run };
}

const idOf = (resource: Resource) => resource.id ?? '';
const known = (context: TestContext): readonly Resource[] => context.known.index.all(FOCUS).filter(({ id }) => id !== undefined);

/** "All URLs (and ids that form part of the URL) defined by this specification are case sensitive." */
async function otherCase(context: TestContext): Promise<Judgement> {
  const swap = (id: string) => (id === id.toLowerCase() ? id.toUpperCase() : id.toLowerCase());
  const study = known(context).find((one) => /[A-Za-z]/.test(idOf(one)) && context.known.index.get(`${FOCUS}/${swap(idOf(one))}`) === undefined);
  if (study === undefined) return noData(`Needed: ${withArticle(FOCUS)} with a letter in its id.`);
  const asked = `${FOCUS}/${swap(idOf(study))}`;
  const exchange = await context.send({ method: 'GET', url: asked });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const resource = resourceOf(exchange);
  if (!succeeded(exchange) || resource === undefined) return pass(`GET ${asked} is answered by ${answerInWords(exchange)}.`, exchange);
  if (resource.id === idOf(study)) return fail(`GET ${asked} returns ${localReference(study) ?? FOCUS}: ids that differ in upper and lower case are taken for the same.`, exchange);
  return same(resource, study) ? fail(`GET ${asked} returns the content of ${localReference(study) ?? FOCUS} under the id ${resource.id ?? '(none)'}: ids that differ in upper and lower case are taken for the same.`, exchange) : info(`GET ${asked} is there too, another resource.`, exchange);
}

const same = (a: Resource, b: Resource) => JSON.stringify(a['identifier']) === JSON.stringify(b['identifier']) && a.meta?.lastUpdated === b.meta?.lastUpdated;

async function otherType(context: TestContext): Promise<Judgement> {
  const study = known(context).find((one) => context.known.index.get(`Patient/${idOf(one)}`) === undefined);
  if (study === undefined) return noData(`Needed: ${withArticle(FOCUS)}.`);
  const asked = `Patient/${idOf(study)}`;
  const exchange = await context.send({ method: 'GET', url: asked });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const resource = resourceOf(exchange);
  if (!succeeded(exchange) || resource === undefined) return pass(`GET ${asked} is answered by ${answerInWords(exchange)}.`, exchange);
  return resource.resourceType === 'Patient' ? info(`GET ${asked} is there too, a Patient.`, exchange) : fail(`GET ${asked} returns ${localReference(resource) ?? withArticle(resource.resourceType)}: the type in the address is passed over.`, exchange);
}

async function headOfNothing(context: TestContext): Promise<Judgement> {
  const asked = `${FOCUS}/${NO_SUCH_ID}`;
  const exchange = await context.send({ method: 'HEAD', url: asked });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const { status } = exchange.response;
  if (status === 405 || status === 501) return info(`HEAD is not supported (${status}).`, exchange);
  return succeeded(exchange) ? fail(`HEAD ${asked} is answered by ${status}, though there is no such resource: whoever asks by HEAD whether it exists is misled.`, exchange) : pass(`HEAD ${asked} is answered by ${status}.`, exchange);
}

async function laterVersion(context: TestContext): Promise<Judgement> {
  const study = known(context).find(({ meta }) => /^[1-9]\d{0,8}$/.test(meta?.versionId ?? ''));
  const version = study?.meta?.versionId;
  if (study === undefined || version === undefined) return noData(`Needed: ${withArticle(FOCUS)} whose meta.versionId is a number.`);
  const asked = `${localReference(study) ?? ''}/_history/${String(Number(version) + 1000)}`;
  const exchange = await context.send({ method: 'GET', url: asked });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  return succeeded(exchange) ? fail(`GET ${asked} is answered by ${exchange.response.status}, though the current version is ${version}.`, exchange) : pass(`GET ${asked} is answered by ${answerInWords(exchange)}.`, exchange);
}

async function vreadEtag(context: TestContext): Promise<Judgement> {
  // One that was changed, if there is any: of others the only version is the current one.
  const [study] = [...known(context)].filter(({ meta }) => meta?.versionId !== undefined).sort((a, b) => (Number(b.meta?.versionId) || 0) - (Number(a.meta?.versionId) || 0));
  const current = study?.meta?.versionId;
  if (study === undefined || current === undefined) return noData(`Needed: ${withArticle(FOCUS)} with meta.versionId.`);
  const versions = [...(/^[2-9]$|^[1-9]\d{1,8}$/.test(current) ? [String(Number(current) - 1)] : []), current];
  for (const version of versions) {
    const asked = `${localReference(study) ?? ''}/_history/${encodeURIComponent(version)}`;
    const exchange = await context.read(asked);
    if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
    const held = succeeded(exchange) ? resourceOf(exchange)?.meta?.versionId : undefined;
    const etag = exchange.response.headers['etag'];
    if (held !== version) continue;
    if (etag === undefined) return warn(`GET ${asked} has no ETag.`, exchange);
    // "If provided, the value of the ETag SHALL match the value of the version id for the resource": http.html#concurrency
    if (entityTag(etag)?.tag !== version && context.declared.types.get(FOCUS)?.versioning !== 'no-version') return fail(`GET ${asked} has the ETag ${etag}, though it returns version ${version}.`, exchange);
    return pass(`GET ${asked} has the ETag ${etag}.`, exchange);
  }
  return noData('Needed: a version that can be read.');
}

async function accepts(context: TestContext, accept: string): Promise<Judgement> {
  const [study] = known(context);
  const reference = study === undefined ? undefined : localReference(study);
  if (reference === undefined) return noData(`Needed: ${withArticle(FOCUS)}.`);
  const exchange = await context.send({ method: 'GET', url: reference, headers: { Accept: accept } });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  return succeeded(exchange) ? pass(`Accept: ${accept} is answered with "${exchange.response.headers['content-type'] ?? ''}".`, exchange) : fail(`Accept: ${accept} is answered by ${answerInWords(exchange)}; the same with ${context.version.jsonType} alone is served.`, exchange);
}
