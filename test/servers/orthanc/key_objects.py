"""DICOM images as base64 texts in a JSON list on standard input, a key object selection of them out, written by highdicom."""
import base64
import io
import json
import sys

import highdicom
import pydicom
from pydicom.sr.codedict import codes

images = [pydicom.dcmread(io.BytesIO(base64.b64decode(text))) for text in json.load(sys.stdin)]
# A selection is of one study: the others of the list are left out.
images = [image for image in images if image.StudyInstanceUID == images[0].StudyInstanceUID]
root = "2.25.319640270123478156127534983412345678"
content = highdicom.ko.KeyObjectSelection(
    document_title=codes.DCM.OfInterest,
    referenced_objects=images,
    description="Chosen by a test.",
)
document = highdicom.ko.KeyObjectSelectionDocument(
    evidence=images,
    content=content,
    series_instance_uid=root + ".1",
    series_number=99,
    sop_instance_uid=root + ".2",
    instance_number=1,
    manufacturer="FHIR Scout",
)
document.save_as(sys.argv[1], enforce_file_format=True)
