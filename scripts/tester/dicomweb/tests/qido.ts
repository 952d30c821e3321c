/** QIDO-RS: what a search answers, level by level. */
import { numberOf, tagOf, textOf, textsOf, type Keyword } from '../../../dicom/dicomweb-json';
import { noData } from '../../judge/judgements';
import { pathOf, searchPath } from '../context';
import { fail, info, notAcceptable, notOffered, pass, sameUids, unusable, warn, worst } from '../judging';
import { contentTypeOf, dataSetsOf, statusInWords } from '../read-answer';
import { limited } from '../harvest';
import type { DicomwebTest } from '../test-case';

const NOTHING = 'SCOUT-NO-SUCH-VALUE';
/** A UID that nobody has: under the UUID of all ones. */
export const UNKNOWN_UID = '2.25.340282366920938463463374607431768211455';
const NEEDED = 'Needed: a study in the archive.';

export const QIDO_TESTS: readonly DicomwebTest[] = [
  {
    id: 'qido.studies', title: 'Studies can be searched', group: 'qido', requirement: 'qido-search',
    async run(context) {
      const exchange = await context.get(searchPath('studies', { limit: 10 }));
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      const { dataSets, problem } = dataSetsOf(exchange);
      if (problem !== undefined) return fail(`The search for studies gives no list: ${problem}.`, exchange);
      return dataSets.length === 0 ? noData('Needed: a study in the archive; the search for studies finds none.', exchange) : pass(`${dataSets.length} studies are found.`, exchange);
    },
  },
  {
    id: 'qido.content-type', title: 'Results travel as application/dicom+json', group: 'qido', requirement: 'qido-content-type',
    async run(context) {
      const [study] = context.studies;
      for (const path of [searchPath('studies', { limit: 10 }), ...(study === undefined ? [] : [`${pathOf(study.uid)}/series`])]) {
        const exchange = await context.get(path);
        const broken = unusable(exchange);
        if (broken !== undefined) return broken;
        if (exchange.response?.status !== 200) continue;
        if (!/^application\/dicom\+json\s*(;|$)/i.test(contentTypeOf(exchange))) return fail(`The answer is ${contentTypeOf(exchange) || 'of no stated type'}, though application/dicom+json was asked for.`, exchange);
        return pass('Results are application/dicom+json.', exchange);
      }
      return noData(NEEDED);
    },
  },
  {
    id: 'qido.dicom-json', title: 'Results are in the DICOM JSON model', group: 'qido', requirement: 'dicom-json',
    async run(context) {
      const paths = [searchPath('studies', { limit: 10 }), ...context.studies.slice(0, 2).flatMap(({ uid }) => [`${pathOf(uid)}/series`, searchPath(`${pathOf(uid)}/instances`, { limit: 2000 })])];
      for (const path of paths) {
        const exchange = await context.get(path);
        const { problem } = dataSetsOf(exchange);
        if (exchange.response?.status === 200 && problem !== undefined) return fail(problem, exchange);
      }
      return context.studies.length === 0 ? noData(NEEDED) : pass('All results read as data sets.');
    },
  },
  {
    id: 'qido.studies.attributes', title: 'A study comes with the attributes of its level', group: 'qido', requirement: 'qido-attributes',
    async run(context) {
      const exchange = await context.get(searchPath('studies', { limit: 10 }));
      const { dataSets } = dataSetsOf(exchange);
      if (dataSets.length === 0) return noData(NEEDED, exchange);
      if (dataSets.some((one) => textOf(one, 'StudyInstanceUID') === undefined)) return { ...fail('A study comes without its Study Instance UID.', exchange), requirement: 'dicomweb:qido-unique-key' };
      return lacking(dataSets, ['StudyDate', 'StudyTime', 'AccessionNumber', 'ModalitiesInStudy', 'PatientName', 'PatientID', 'StudyID', 'NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances'], 'study', exchange);
    },
  },
  {
    id: 'qido.studies.unique', title: 'A Study Instance UID names one study', group: 'qido', requirement: 'qido-unique-key',
    async run(context) {
      const exchange = await context.get(searchPath('studies', { limit: context.sample }));
      const uids = dataSetsOf(exchange).dataSets.flatMap((one) => textOf(one, 'StudyInstanceUID') ?? []);
      const twice = [...new Set(uids.filter((uid, index) => uids.indexOf(uid) !== index))];
      if (uids.length === 0) return noData(NEEDED, exchange);
      return twice.length === 0 ? pass(`${uids.length} studies, each with a UID of its own.`, exchange) : { ...warn(`${twice.join(', ')} is the UID of more than one study; such studies are left out of the other tests.`, exchange), actual: twice };
    },
  },
  {
    id: 'qido.series.attributes', title: 'A series of all series comes with the UIDs of itself and of its study', group: 'qido', requirement: 'qido-unique-key',
    async run(context) {
      if (context.studies.length === 0) return noData(NEEDED);
      const exchange = await context.get(searchPath('series', { limit: 10 }));
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      const { dataSets, problem } = dataSetsOf(exchange);
      if (problem !== undefined) return notOffered('a search for all series', exchange);
      for (const keyword of ['SeriesInstanceUID', 'StudyInstanceUID'] as const) if (dataSets.some((one) => textOf(one, keyword) === undefined)) return fail(`A series comes without its ${keyword}.`, exchange);
      return lacking(dataSets, ['Modality', 'NumberOfSeriesRelatedInstances', 'SeriesNumber'], 'series', exchange);
    },
  },
  {
    id: 'qido.instances.attributes', title: 'An instance of all instances comes with the UIDs of itself, its series, its study and its SOP class', group: 'qido', requirement: 'qido-unique-key',
    async run(context) {
      if (context.studies.length === 0) return noData(NEEDED);
      const exchange = await context.get(searchPath('instances', { limit: 10 }));
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      const { dataSets, problem } = dataSetsOf(exchange);
      if (problem !== undefined) return notOffered('a search for all instances', exchange);
      for (const keyword of ['SOPInstanceUID', 'SeriesInstanceUID', 'StudyInstanceUID', 'SOPClassUID'] as const) if (dataSets.some((one) => textOf(one, keyword) === undefined)) return fail(`An instance comes without its ${keyword}.`, exchange);
      return dataSets.length === 0 ? noData(NEEDED, exchange) : pass('Every instance comes with its UIDs.', exchange);
    },
  },
  {
    id: 'qido.hierarchy', title: 'A search below a study or series stays within it', group: 'qido', requirement: 'qido-hierarchy',
    async run(context) {
      const study = context.studies.find(({ series }) => series.length > 1) ?? context.studies[0];
      if (study === undefined) return noData(NEEDED);
      const others = new Set(context.studies.filter((one) => one !== study).flatMap(({ series }) => series.map(({ uid }) => uid)));
      const [, ofSeries, ofInstances] = study.exchanges;
      const foreign = study.series.filter(({ uid }) => others.has(uid));
      if (foreign.length > 0 && ofSeries !== undefined) return { ...fail(`The series of study ${study.uid} include series of another study: ${foreign.map(({ uid }) => uid).join(', ')}.`, ofSeries), actual: foreign.map(({ uid }) => uid) };
      const instances = ofInstances === undefined ? [] : dataSetsOf(ofInstances).dataSets;
      const strays = instances.filter((one) => !study.series.some(({ uid }) => uid === textOf(one, 'SeriesInstanceUID')));
      if (strays.length > 0 && study.complete && ofInstances !== undefined) return fail(`The instances of study ${study.uid} include ${strays.length} of no series of it.`, ofInstances);
      const series = study.series.find(({ instances: own }) => own.length > 0);
      if (series === undefined) return noData('Needed: a study with a series whose instances can be searched.');
      const exchange = await context.get(`${pathOf(study.uid, series.uid)}/instances`);
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      return sameUids(`Instances of series ${series.uid}`, series.instances.map(({ uid }) => uid), dataSetsOf(exchange).dataSets.flatMap((one) => textOf(one, 'SOPInstanceUID') ?? []), exchange);
    },
  },
  {
    id: 'qido.counts', title: 'Related series, instances and modalities are those of the study', group: 'qido', requirement: 'qido-counts',
    run(context) {
      const studies = context.studies.filter(({ complete, series }) => complete && series.length > 0);
      const judged = studies.flatMap((study) => {
        const instances = study.series.reduce((sum, series) => sum + series.instances.length, 0);
        const differences = [
          differing('NumberOfStudyRelatedSeries', numberOf(study.dataSet, 'NumberOfStudyRelatedSeries'), study.series.length),
          differing('NumberOfStudyRelatedInstances', numberOf(study.dataSet, 'NumberOfStudyRelatedInstances'), instances),
          ...study.series.map((series) => differing(`NumberOfSeriesRelatedInstances of ${series.uid}`, numberOf(series.dataSet, 'NumberOfSeriesRelatedInstances'), series.instances.length)),
          modalities(textsOf(study.dataSet, 'ModalitiesInStudy'), study.series.flatMap(({ modality }) => modality ?? [])),
        ].filter((one) => one !== undefined);
        return differences.length === 0 ? [] : [{ ...fail(`Study ${study.uid}: ${differences.join('; ')}.`, study.exchanges[0]), actual: differences }];
      });
      return Promise.resolve(worst(judged) ?? (studies.length === 0 ? noData('Needed: a study all of whose series and instances can be searched.') : pass(`The counts of ${studies.length} studies are right.`)));
    },
  },
  {
    id: 'qido.includefield', title: 'An attribute named by includefield is returned', group: 'qido', requirement: 'qido-includefield',
    async run(context) {
      for (const study of context.studies.slice(0, 10)) {
        const [series] = study.series;
        const [instance] = series?.instances ?? [];
        if (series === undefined || instance === undefined) continue;
        const metadata = await context.get(`${pathOf(study.uid, series.uid, instance.uid)}/metadata`);
        const described = dataSetsOf(metadata).dataSets.map((one) => textOf(one, 'StudyDescription')).find((text) => text !== undefined);
        if (described === undefined) continue;
        const exchange = await context.get(searchPath('studies', { StudyInstanceUID: study.uid, includefield: tagOf('StudyDescription') }));
        const broken = unusable(exchange);
        if (broken !== undefined) return broken;
        const [found] = dataSetsOf(exchange).dataSets;
        return found !== undefined && textOf(found, 'StudyDescription') === described ? pass('StudyDescription is returned where it is asked for.', exchange) : warn(`includefield=${tagOf('StudyDescription')} does not bring the Study Description that the study has.`, exchange);
      }
      return noData('Needed: a study with a Study Description.');
    },
  },
  {
    id: 'qido.paging', title: 'limit and offset cut the list of results', group: 'qido', requirement: 'qido-paging',
    async run(context) {
      if (context.studies.length < 2) return noData('Needed: two studies in the archive.');
      const all = dataSetsOf(await context.get(searchPath('studies', { limit: 10 }))).dataSets.flatMap((one) => textOf(one, 'StudyInstanceUID') ?? []);
      const first = await context.get(searchPath('studies', { limit: 1 }));
      const broken = unusable(first);
      if (broken !== undefined) return broken;
      const page = (exchange: typeof first) => dataSetsOf(exchange).dataSets.flatMap((one) => textOf(one, 'StudyInstanceUID') ?? []);
      if (page(first).length !== 1) return fail(`limit=1 brings ${page(first).length} studies.`, first);
      const second = await context.get(searchPath('studies', { limit: 1, offset: 1 }));
      if (second.response?.status === 200 && page(second)[0] === page(first)[0] && all[1] !== all[0]) return { ...fail('offset=1 brings the first study again.', second), actual: page(second) };
      if (page(second).length !== 1) return fail(`limit=1&offset=1 brings ${page(second).length} studies.`, second);
      const beyond = await context.get(searchPath('studies', { limit: 1, offset: 100_000_000 }));
      return dataSetsOf(beyond).dataSets.length > 0 ? fail('An offset far behind the last study still brings one.', beyond) : pass('limit and offset have their effect.', second);
    },
  },
  {
    id: 'qido.no-match', title: 'A search without matches is an empty success', group: 'qido', requirement: 'qido-no-match',
    async run(context) {
      const exchange = await context.get(searchPath('studies', { PatientID: NOTHING }));
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      const { status = 0 } = exchange.response ?? {};
      if (status !== 200 && status !== 204) return fail(`A search that matches nothing is answered by ${statusInWords(exchange)}.`, exchange);
      const { dataSets, problem } = dataSetsOf(exchange);
      if (problem !== undefined) return fail(`A search that matches nothing: ${problem}.`, exchange);
      return dataSets.length > 0 ? { ...fail(`PatientID=${NOTHING} brings ${dataSets.length} studies.`, exchange), requirement: 'dicomweb:qido-matching' } : pass(`No match is answered by ${status}.`, exchange);
    },
  },
  {
    id: 'qido.bad-date', title: 'A date that is none is refused', group: 'qido', requirement: 'qido-bad-query',
    async run(context) {
      const exchange = await context.get(searchPath('studies', { StudyDate: 'garbage' }));
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      const { status = 0 } = exchange.response ?? {};
      if (status >= 400) return status === 400 ? pass('StudyDate=garbage is answered by 400.', exchange) : warn(`StudyDate=garbage is answered by ${status}, not by 400.`, exchange);
      const found = dataSetsOf(exchange).dataSets.length;
      return found === 0 ? warn(`StudyDate=garbage is answered by ${status} without matches, not by 400.`, exchange) : { ...fail(`StudyDate=garbage brings ${found} studies.`, exchange), requirement: 'dicomweb:qido-matching' };
    },
  },
  {
    id: 'qido.unknown-study', title: 'An unknown study has no series', group: 'qido', requirement: 'qido-hierarchy',
    async run(context) {
      const exchange = await context.get(`${pathOf(UNKNOWN_UID)}/series`);
      const broken = unusable(exchange);
      if (broken !== undefined) return broken;
      const { status = 0 } = exchange.response ?? {};
      if (dataSetsOf(exchange).dataSets.length > 0) return fail('The search for the series of a study that does not exist brings some.', exchange);
      return status === 404 ? pass('The series of an unknown study are answered by 404.', exchange) : info(`The series of an unknown study are answered by ${status}: an empty success, which does not tell it from a study without series.`, exchange);
    },
  },
  {
    id: 'qido.accept', title: 'A search that cannot be answered acceptably is 406', group: 'qido', requirement: 'not-acceptable',
    run: async (context) => notAcceptable(await context.get(searchPath('studies', { limit: 1 }), { accept: 'text/x-scout' }), 'A search that accepts text/x-scout only'),
  },
  {
    id: 'qido.capped', title: 'A shortened list says so', group: 'qido', requirement: 'qido-paging',
    async run(context) {
      const exchange = await context.get(searchPath('studies', { limit: 10 }));
      if (exchange.response === undefined) return noData(NEEDED);
      return limited(exchange) ? info(`The server caps its results and says so: ${exchange.response.headers['warning']}`, exchange) : pass('No result is capped.', exchange);
    },
  },
];

function lacking(dataSets: readonly Parameters<typeof textOf>[0][], keywords: readonly Keyword[], what: string, exchange: Parameters<typeof pass>[1]) {
  if (dataSets.length === 0) return noData(NEEDED, exchange);
  // An attribute without a value is there; one that no result has is not returned at all.
  const missing = keywords.filter((keyword) => dataSets.every((one) => one[tagOf(keyword)] === undefined));
  return missing.length === 0 ? pass(`Every ${what} comes with its attributes.`, exchange) : { ...warn(`No ${what} comes with ${missing.join(', ')}.`, exchange), actual: missing };
}

function differing(what: string, stated: number | undefined, found: number): string | undefined {
  return stated === undefined || stated === found ? undefined : `${what} is ${stated}, and ${found} are found`;
}

function modalities(stated: readonly string[], found: readonly string[]): string | undefined {
  const [left, right] = [[...new Set(stated)].sort().join(', '), [...new Set(found)].sort().join(', ')];
  return stated.length === 0 || found.length === 0 || left === right ? undefined : `ModalitiesInStudy is ${left}, and the series have ${right}`;
}

