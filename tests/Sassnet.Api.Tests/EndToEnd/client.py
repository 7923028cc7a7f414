"""Segments a scan as an integrator would who has Python and nothing else: python3 client.py ADDRESS SCAN SEGMENTATION [KEY]

Writes the segmentation to a file, prints what the report says of it, and of a refusal why.
"""

import gzip
import json
import sys
import urllib.error
import urllib.request
import uuid


def send(address, path, key, query=""):
    """Posts a file as multipart/form-data; returns the answer's headers and bytes."""
    boundary = uuid.uuid4().hex
    with open(path, "rb") as scan:
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="volume"; filename="scan.nii.gz"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode() + scan.read() + f"\r\n--{boundary}--\r\n".encode()
    request = urllib.request.Request(
        f"{address}/segment{query}", data=body, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"}
    )
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    with urllib.request.urlopen(request) as answer:
        return answer.headers, answer.read()


def main(address, scan, segmentation, key=None):
    headers, answer = send(address, scan, key)
    with open(segmentation, "wb") as file:
        file.write(answer)
    print("model", headers["Sassnet-Model"])
    print("header", int.from_bytes(gzip.decompress(answer)[:4], "little"))
    _, answer = send(address, scan, key, "?output=report")
    for label in json.loads(answer)["labels"]:
        print("label", label["name"], label["voxels"])
    try:
        send(address, scan, key, "?threshold=2")
    except urllib.error.HTTPError as refusal:
        problem = json.load(refusal)
        print("refused", refusal.code, problem["type"], problem["detail"])


if __name__ == "__main__":
    main(*sys.argv[1:])
