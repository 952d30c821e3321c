/** De-identification: nothing of a person gets through, and what belongs together still does. */
import { text } from '../../scripts/dicom/data-set';
import { NO_ZONE } from '../../scripts/dicom/date-time';
import { DEIDENTIFICATION, deidentifier, PSEUDONYMIZED } from '../../scripts/dicom/deidentify';
import { mapStudy } from '../../scripts/dicom/mapping';
import { addDataSet, emptyStudySet, findingsOf } from '../../scripts/dicom/study-model';
import { isDicomUid } from '../../scripts/core/dicom-uid';
import { TAGS, type TagName } from '../../scripts/dicom/tags';
import { dataSet, image, type Values } from './samples';

/** Every text attribute that the table removes or replaces has a value that can be found again. */
function marked(): Values {
  const values: Record<string, string | Values[]> = {};
  for (const name of Object.keys(DEIDENTIFICATION) as TagName[]) {
    const { vr } = TAGS[name];
    if (vr === 'SQ') values[name] = [{ CodeValue: `SECRET-${name}`, CodeMeaning: `SECRET-${name}`, CodingSchemeDesignator: '99X', UniversalEntityID: `SECRET-${name}` }];
    else if (vr !== 'UI') values[name] = vr === 'DA' ? '19610203' : vr === 'TM' ? '030405' : `SECRET-${name}`;
  }
  return { ...image(1, 1, 1), ...values, SpecimenDescriptionSequence: [{ SpecimenIdentifier: 'SECRET-9', SpecimenUID: '1.2.3.77' }] };
}

function written(key?: string, ...all: Values[]): string {
  const clean = deidentifier(...(key === undefined ? [] : [key]));
  const set = emptyStudySet();
  all.forEach((values) => addDataSet(set, clean(dataSet(values)), 'file'));
  return JSON.stringify([...set.studies.values()].map((study) => mapStudy(study, set, { zone: NO_ZONE, endpoints: [], counts: 'present', security: [PSEUDONYMIZED] })).concat(findingsOf(set) as never));
}

test('nothing that identifies is left, not in resources and not in findings', () => {
  const text = written(undefined, marked(), { ...marked(), SOPInstanceUID: '1.2.3.1.1.2', PatientName: 'SECRET-other' });
  expect(text).not.toMatch(/SECRET|1961|1\.2\.3\.|Doe|20260217|2026-02-17/);
  expect(text).toContain('"code":"PSEUDED"');
});

test('what is kept: modality, numbers, class, body part, maker and model', () => {
  const text = written('k', image(1, 4, 5, { BodyPartExamined: 'CHEST', Manufacturer: 'ACME', ManufacturerModelName: 'M1' }));
  for (const kept of ['"CT"', '"number":4', '"number":5', '1.2.840.10008.5.1.4.1.1.2', '816094009', 'ACME', 'M1']) expect(text).toContain(kept);
});

test('UIDs are replaced alike everywhere, by legal ones', () => {
  const clean = deidentifier('key');
  const first = clean(dataSet(image(1, 1, 1)));
  const second = clean(dataSet(image(1, 1, 2, { CurrentRequestedProcedureEvidenceSequence: [{ StudyInstanceUID: '1.2.3.1', ReferencedSeriesSequence: [{ SeriesInstanceUID: '1.2.3.1.1' }] }] })));
  const uid = (values: typeof first, name: TagName) => text(values, name) ?? '';
  expect(uid(first, 'StudyInstanceUID')).toBe(uid(second, 'StudyInstanceUID'));
  expect(uid(first, 'SOPInstanceUID')).not.toBe(uid(second, 'SOPInstanceUID'));
  expect(isDicomUid(uid(first, 'SOPInstanceUID'))).toBe(true);
  const [study] = (second.get(TAGS.CurrentRequestedProcedureEvidenceSequence.tag) ?? []) as (typeof first)[];
  expect(uid(study!, 'StudyInstanceUID')).toBe(uid(first, 'StudyInstanceUID'));
});

test('the same key gives the same names, another key or none others', () => {
  expect(written('a', image(1, 1, 1))).toBe(written('a', image(1, 1, 1)));
  expect(written('a', image(1, 1, 1))).not.toBe(written('b', image(1, 1, 1)));
  expect(written(undefined, image(1, 1, 1))).not.toBe(written(undefined, image(1, 1, 1)));
});

test('a key object selection: the chosen ones under their new UIDs, without what was written of them', () => {
  const chosen = (uid: string): Values => ({ ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2', ReferencedSOPInstanceUID: uid });
  const text = written('k', image(1, 1, 1), {
    ...image(1, 2, 1, { SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.59', ConceptNameCodeSequence: [{ CodeValue: '113000', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Of Interest' }] }),
    ContentSequence: [{ ConceptNameCodeSequence: [{ CodeValue: '113012' }], TextValue: 'SECRET words' }],
    CurrentRequestedProcedureEvidenceSequence: [{ StudyInstanceUID: '1.2.3.1', ReferencedSeriesSequence: [{ SeriesInstanceUID: '1.2.3.1.1', ReferencedSOPSequence: [chosen('1.2.3.1.1.1')] }] }],
  });
  expect(text).not.toMatch(/SECRET|1\.2\.3\.1/);
  const [mapped] = JSON.parse(text) as { study: { series: { instance: { uid: string }[] }[] }; selections: { description: string; series: { instance: { uid: string }[] }[] }[] }[];
  const image1 = mapped?.study.series[0]?.instance[0]?.uid;
  expect(mapped?.selections).toMatchObject([{ description: 'Of Interest', series: [{ instance: [{ uid: image1 }] }] }]);
});
