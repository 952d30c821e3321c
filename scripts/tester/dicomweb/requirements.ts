/** The sentences of DICOM PS3.18, and of FHIR about DICOM behind an endpoint, that the DICOMweb tests stand on; one row each. */
import type { Expectation } from '../../core/result';

interface Row {
  readonly url: string;
  readonly expectation: Expectation;
  /** What it asks, in one sentence. */
  readonly text: string;
}

const PS318 = 'https://dicom.nema.org/medical/dicom/current/output/chtml/part18/';
const R4 = 'https://hl7.org/fhir/R4/imagingstudy';
const row = (url: string, expectation: Expectation, text: string): Row => ({ url, expectation, text });
const dicom = (page: string, expectation: Expectation, text: string) => row(`${PS318}${page}`, expectation, text);

/** Ids are `dicomweb-` and the key. */
export const DICOMWEB_REQUIREMENTS = {
  // Searching: PS3.18 section 10.6.
  'qido-search': dicom('sect_10.6.html', 'SHALL', 'Studies, series and instances can be searched.'),
  'qido-content-type': dicom('sect_10.6.html#sect_10.6.3.3', 'SHALL', 'Search results travel in a DICOM media type that was asked for: application/dicom+json.'),
  'dicom-json': dicom('chapter_F.html', 'SHALL', 'Data sets are written in the DICOM JSON model: tags, a value representation, values as lists.'),
  'qido-unique-key': dicom('sect_10.6.html#sect_10.6.3.3', 'SHALL', 'Each result carries the UID of its level, and results of all series or instances also those of their study and series.'),
  'qido-attributes': dicom('sect_10.6.html#sect_10.6.3.3', 'SHOULD', 'Each result carries the attributes of its level.'),
  'qido-matching': dicom('sect_8.3.4.html#sect_8.3.4.1', 'SHALL', 'A search returns the objects whose attributes match the query, and no others.'),
  'qido-wildcard': row('https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_C.2.2.2.4.html', 'SHALL', 'In a text, * stands for any characters and ? for one; of names of persons that is left to the server.'),
  'qido-range': dicom('sect_8.3.4.html#sect_8.3.4.1', 'SHALL', 'A range of dates matches every day in it.'),
  'qido-uid-list': dicom('sect_8.3.4.html#sect_8.3.4.1', 'SHALL', 'A list of UIDs matches each of them.'),
  'qido-hierarchy': dicom('sect_10.6.html#sect_10.6.1.1', 'SHALL', 'A search below a study or series returns objects of that study or series only, and all of them.'),
  'qido-paging': dicom('sect_8.3.4.html#sect_8.3.4.4', 'SHALL', 'limit bounds the number of results, offset passes over the first ones.'),
  'qido-includefield': dicom('sect_8.3.4.html#sect_8.3.4.3', 'SHOULD', 'Attributes named by includefield are returned where the server supports them.'),
  'qido-no-match': dicom('sect_10.6.html#sect_10.6.3.1', 'SHALL', 'A search without matches is a success: an empty list, or 204.'),
  'qido-bad-query': dicom('sect_10.6.html#sect_10.6.3.1', 'SHOULD', 'A query whose syntax is wrong is answered by 400.'),
  'qido-counts': dicom('sect_10.6.html#sect_10.6.3.3', 'SHALL', 'The numbers of related series and instances, and the modalities in the study, are those of the study.'),
  // Retrieving: PS3.18 section 10.4.
  'wado-metadata': dicom('sect_10.4.html#sect_10.4.1.1.2', 'SHALL', 'Metadata holds a data set for each instance of the resource that was asked for, and for no other.'),
  'wado-metadata-bulk': dicom('sect_10.4.html#sect_10.4.1.1.2', 'SHALL', 'Metadata comes without bulk data: pixels are not in it.'),
  'wado-retrieve': dicom('sect_10.4.html#sect_10.4.1.1.1', 'SHALL', 'A retrieved resource consists of its instances, as DICOM files with their UIDs.'),
  'wado-not-found': dicom('sect_10.4.html#sect_10.4.3.1', 'SHALL', 'What does not exist is answered by 404.'),
  'wado-multipart': dicom('sect_8.6.html#sect_8.6.1.2', 'SHALL', 'A multipart payload has a boundary that its Content-Type names, and a last delimiter.'),
  'wado-multipart-type': dicom('sect_8.6.html#sect_8.6.1.2', 'SHALL', 'The Content-Type of a multipart payload has a type parameter, in quotes, that says what its parts are.'),
  'wado-part-type': dicom('sect_8.6.html#sect_8.6.1.2', 'SHALL', 'Each part of a multipart payload states its own Content-Type.'),
  'not-acceptable': dicom('sect_8.7.8.html#sect_8.7.8.1', 'SHOULD', 'Where nothing acceptable can be sent, the answer is 406.'),
  'wado-rendered': dicom('sect_10.4.html#sect_10.4.1.1.3', 'SHALL', 'A rendered resource is an image of the media type that its Content-Type names.'),
  'wado-viewport': dicom('sect_8.3.5.html#sect_8.3.5.1.3', 'SHALL', 'A rendered image fits into the viewport that was asked for.'),
  'wado-frames': dicom('sect_10.4.html#sect_10.4.1.1.6', 'SHALL', 'Frames come in the order in which their numbers stand in the request, each in a part of its own.'),
  'wado-thumbnail': dicom('sect_10.4.html#sect_10.4.1.1.4', 'MAY', 'A thumbnail may be offered; what is offered is an image.'),
  'no-server-error': dicom('sect_8.5.html', 'SHALL', 'A request that a client may send is not answered by an internal error.'),
  // The URI service: PS3.18 chapter 9.
  'uri-retrieve': dicom('chapter_9.html', 'SHALL', 'WADO-URI returns the instance that the UIDs name.'),
  'uri-mandatory': dicom('chapter_9.html', 'SHALL', 'A request without one of the mandatory parameters is refused.'),
  'uri-rendered': dicom('chapter_9.html', 'SHALL', 'WADO-URI renders an image in the media type that contentType asks for.'),
  'uri-size': dicom('chapter_9.html', 'SHALL', 'A rendered image is not larger than rows and columns ask.'),
  'uri-not-found': dicom('chapter_9.html', 'SHALL', 'An instance that does not exist is answered by 404.'),
  // Storing: PS3.18 section 10.5.
  'stow-store': dicom('sect_10.5.html#sect_10.5.3', 'SHALL', 'A stored instance is named in the answer, and can be found and retrieved afterwards.'),
  'stow-media-type': dicom('sect_10.5.html#sect_10.5.3.1', 'SHALL', 'A body in a media type that is not supported is refused.'),
  'stow-failure': dicom('sect_10.5.html#sect_10.5.3.1', 'SHALL', 'What cannot be stored is reported as a failure, not as a success.'),
  'stow-study': dicom('sect_10.5.html#sect_10.5.1', 'SHALL', 'Instances of other studies than the one in the URL are not stored.'),
  // FHIR's promise about what is behind an endpoint.
  'study-found': row(`${R4}.html#notes`, 'SHALL', 'The endpoints of a study give access to it: the study that its identifier names is found there.'),
  'series-found': row(`${R4}-definitions.html#ImagingStudy.series.uid`, 'SHALL', 'Each series of an ImagingStudy is a series of the DICOM study.'),
  'instance-found': row(`${R4}-definitions.html#ImagingStudy.series.instance.uid`, 'SHALL', 'Each instance of an ImagingStudy is an instance of that DICOM series.'),
  'series-modality': row(`${R4}-definitions.html#ImagingStudy.series.modality`, 'SHALL', 'The modality of a series is that of the DICOM series.'),
  'instance-sop-class': row(`${R4}-definitions.html#ImagingStudy.series.instance.sopClass`, 'SHALL', 'The SOP class of an instance is that of the DICOM instance.'),
  'study-counts': row(`${R4}-definitions.html#ImagingStudy.numberOfInstances`, 'SHALL', 'The numbers of series and instances are those of the DICOM study; more than the archive has there are not, fewer where the ImagingStudy is of a part.'),
  'study-started': row(`${R4}-definitions.html#ImagingStudy.started`, 'SHALL', 'A study has started when its study date and time say.'),
  'study-patient': row(`${R4}-definitions.html#ImagingStudy.subject`, 'SHOULD', 'The patient of a study has the patient id of the DICOM study among the identifiers.'),
  'study-accession': row(`${R4}-definitions.html#ImagingStudy.identifier`, 'SHALL', 'An accession number of an ImagingStudy is that of the DICOM study.'),
  'study-available': row(`${R4}-definitions.html#ImagingStudy.status`, 'SHALL', 'A study whose status is available can be had from its endpoint.'),
  'fhir-metadata': row(`${R4}.html#wado-rs`, 'SHALL', 'The metadata of a series can be had from its endpoint, and carries the UIDs of the ImagingStudy.'),
  'fhir-retrieve': row(`${R4}.html#wado-rs`, 'SHALL', 'The instances of a series can be had from its endpoint, are DICOM, and carry the UIDs of the ImagingStudy.'),
  'fhir-rendered': row(`${R4}.html#wado-rs`, 'SHOULD', 'The images of a series can be had rendered from its endpoint.'),
  'endpoint-usable': row(`${R4}.html#notes`, 'SHALL', 'The address of an endpoint is the base URL of the service, to which the path of a study is appended.'),
} as const satisfies Record<string, Row>;

export type DicomwebRequirement = keyof typeof DICOMWEB_REQUIREMENTS;

/** Those that the cross-check of a FHIR server stands on; all others are the DICOMweb tester's alone. */
export const CROSS_CHECKED = [
  'study-found', 'endpoint-usable', 'study-available', 'series-found', 'instance-found', 'instance-sop-class', 'series-modality', 'study-counts', 'study-started', 'study-patient', 'study-accession',
  'fhir-metadata', 'fhir-retrieve', 'wado-multipart', 'wado-multipart-type', 'wado-part-type', 'fhir-rendered', 'wado-rendered', 'no-server-error', 'not-acceptable', 'wado-not-found', 'uri-retrieve',
] as const satisfies readonly DicomwebRequirement[];
