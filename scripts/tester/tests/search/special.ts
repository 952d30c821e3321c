/** What is peculiar to the search parameters of imaging studies: where their values stand, and how DICOM's identifiers are written. */
import { withArticle } from '../../../core/grammar';
import { DICOM_UID_SYSTEM } from '../../../core/dicom-uid';
import { codingsOf, localReference } from '../../../core/fhir';
import { isObject } from '../../../core/json';
import { escapeValue } from '../../../search/escaping';
import { itemsOf } from '../../../search/json';
import { localKey } from '../../../search/reference-target';
import { codeValue, distinct, isRealCode, realTokens, systemCodeValue } from '../../choose/values';
import type { Pair } from '../../gather/query';
import { divideOrAny } from './token';
import type { Shape } from './shape';

export interface SpecialShape extends Shape {
  /** The parameter that it is about. */
  readonly type: string;
  readonly code: string;
}

const STUDY = 'ImagingStudy';

export const SPECIAL_SHAPES: readonly SpecialShape[] = [
  {
    type: STUDY,
    code: 'modality',
    id: 'series-only',
    title: 'a modality that only a series has is found',
    requirement: 'imaging-modality-path',
    pick: (view, chooser) => {
      const ofStudy = new Map(view.resources.map((study) => [localReference(study), new Set(codingsOf(study['modality']).map(({ code }) => code))]));
      const only = realTokens(view).filter(({ holder, token }) => ofStudy.get(holder)?.has(token.code) === false);
      return divideOrAny(chooser, distinct(only.map(({ token }) => codeValue(token))).map((value): Pair[] => [['modality', value]]), 'a study with a series (SR, KO) whose modality the study does not list');
    },
  },
  {
    type: STUDY,
    code: 'endpoint',
    id: 'series-only',
    title: 'an endpoint that only a series has is found',
    requirement: 'imaging-endpoint-path',
    pick: (view, chooser) => {
      const ofStudy = new Map(view.resources.map((study) => [localReference(study), new Set(itemsOf(study['endpoint']).filter(isObject).map(({ reference }) => reference))]));
      const only = view.references.flatMap(({ holder, target }) => (target === undefined || ofStudy.get(holder)?.has(target.raw) === true ? [] : (localKey(target, chooser.base) ?? [])));
      return divideOrAny(chooser, distinct(only).map((value): Pair[] => [['endpoint', value]]), 'a study with an endpoint on a series that the study itself does not have');
    },
  },
  {
    type: STUDY,
    code: 'endpoint',
    id: 'study-only',
    title: 'an endpoint of the study itself is found',
    requirement: 'imaging-endpoint-path',
    pick: (view, chooser) => {
      const ofStudy = view.references.flatMap(({ location, target }) => (target !== undefined && location.startsWith('endpoint') ? (localKey(target, chooser.base) ?? []) : []));
      return divideOrAny(chooser, distinct(ofStudy).map((value): Pair[] => [['endpoint', value]]), 'two studies with different endpoints');
    },
  },
  {
    type: STUDY,
    code: 'identifier',
    id: 'study-uid',
    title: 'the Study Instance UID is found as urn:dicom:uid|urn:oid:...',
    requirement: 'imaging-study-uid',
    pick: (view, chooser) => {
      const uids = realTokens(view).filter(({ token }) => token.system === DICOM_UID_SYSTEM);
      return divideOrAny(chooser, distinct(uids.map(({ token }) => systemCodeValue(token))).map((value): Pair[] => [['identifier', value]]), 'two studies with a Study Instance UID');
    },
  },
  {
    type: STUDY,
    code: 'identifier',
    id: 'study-uid-value',
    title: 'the Study Instance UID is found by its value alone',
    requirement: 'imaging-study-uid',
    pick: (view, chooser) => {
      const uids = realTokens(view).filter(({ token }) => token.system === DICOM_UID_SYSTEM);
      return divideOrAny(chooser, distinct(uids.map(({ token }) => codeValue(token))).map((value): Pair[] => [['identifier', value]]), 'two studies with a Study Instance UID');
    },
  },
  ...(['system', 'value'] as const).map((form): SpecialShape => ({
    type: STUDY,
    code: 'identifier',
    id: form === 'system' ? 'accession' : 'accession-value',
    title: form === 'system' ? 'an accession number is found under its own system' : 'an accession number is found by its value alone',
    requirement: 'imaging-accession',
    pick: (view, chooser) => {
      const accessions = view.tokens.filter(({ token }) => token.types?.some(({ code }) => code === 'ACSN') === true && isRealCode(token));
      const values = accessions.flatMap(({ token }) => (token.code === undefined ? [] : [form === 'system' && token.system !== undefined ? `${escapeValue(token.system)}|${escapeValue(token.code)}` : escapeValue(token.code)]));
      return divideOrAny(chooser, distinct(values).map((value): Pair[] => [['identifier', value]]), 'a study with an accession number (identifier of type ACSN) and one without that number');
    },
  })),
  // Data that was loaded at one time has no two different times of change: then the edges of all time still show whether the parameter filters.
  ...[
    { id: 'all-later', value: 'ge1970-01-01T00:00:00Z', title: 'everything was changed after 1970', finds: 'all' },
    { id: 'none-earlier', value: 'lt1970-01-01T00:00:00Z', title: 'nothing was changed before 1970', finds: 'none' },
    { id: 'none-future', value: 'ge2999-01-01T00:00:00Z', title: 'nothing was changed in the far future', finds: 'none' },
  ].map(({ id, value, title, finds }): SpecialShape => ({
    type: STUDY,
    code: '_lastUpdated',
    id,
    title,
    requirement: id === 'none-earlier' ? 'rule:date-lt' : 'rule:date-ge',
    pick: (view, chooser) => {
      const { pairs, must, mustNot } = chooser.outlook([['_lastUpdated', value]]);
      const telling = finds === 'all' ? must.size > 0 : mustNot > 0;
      return telling ? { pairs, trap: true } : { needed: `${withArticle(view.type)} with meta.lastUpdated` };
    },
  })),
  ...(['series', 'instance'] as const).map((code): SpecialShape => ({
    type: STUDY,
    code,
    id: 'every-series',
    title: `${code} UIDs are found in every series, not the first alone`,
    requirement: code === 'series' ? 'imaging-series-uid' : 'imaging-instance-uid',
    pick: (view, chooser) => {
      const later = realTokens(view).filter(({ location }) => !location.startsWith('series[0]'));
      return divideOrAny(chooser, distinct(later.map(({ token }) => codeValue(token))).map((value): Pair[] => [[code, value]]), `a study with a second series that has ${code === 'series' ? 'a uid' : 'instances'}, and another study`);
    },
  })),
];
