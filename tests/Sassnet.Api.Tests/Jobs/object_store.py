"""OpenStack Swift, which speaks S3 too, in a folder of its own: object_store.py (storage | proxy) FOLDER PROXY-PORT STORAGE-PORTS...

Its parts are Debian's (python3-swift), put together as its own functional tests do it: objects in the memory of the process of the storage, no other node.
"""

import logging
import os
import sys

import eventlet
from eventlet import wsgi

eventlet.monkey_patch()

from swift.common import storage_policy, utils
from swift.common.ring import RingBuilder
from swift.common.wsgi import SwiftHttpProtocol, loadapp

PIPELINE = "catch_errors cache listing_formats s3api tempauth copy slo"
STORAGE = {"account": "account", "container": "container", "object": "mem_object"}


def configure(folder, name, app, filters):
    path = os.path.join(folder, name + ".conf")
    with open(path, "w") as conf:
        conf.write("[DEFAULT]\nswift_dir = %s\ndevices = %s/devices\nmount_check = false\n" % (folder, folder))
        conf.write("[pipeline:main]\npipeline = %s proxy-server\n[app:proxy-server]\nuse = egg:swift#%s\naccount_autocreate = true\n" % (" ".join(filters), app))
        for each in filters:
            conf.write("[filter:%s]\nuse = egg:swift#%s\n" % (each, "memcache" if each == "cache" else each))
            if each == "tempauth":
                conf.write("user_test_tester = testing .admin\n")
    return path


def serve(path, port):
    app = loadapp(path, global_conf={"log_name": "swift"})
    # Clients look for "ETag", and would not know "Etag".
    wsgi.server(eventlet.listen(("127.0.0.1", port)), app, utils.NullLogger(), protocol=SwiftHttpProtocol, capitalize_response_headers=False)


role, folder, proxy, storage = sys.argv[1], sys.argv[2], int(sys.argv[3]), [int(port) for port in sys.argv[4:]]
logging.disable(logging.CRITICAL)
if role == "storage":
    with open(os.path.join(folder, "swift.conf"), "w") as conf:
        conf.write("[swift-hash]\nswift_hash_path_suffix = tests\n")
    os.makedirs(os.path.join(folder, "devices", "d"))
    for name, port in zip(STORAGE, storage):
        ring = RingBuilder(1, 1, 0)
        ring.add_dev({"id": 0, "region": 1, "zone": 1, "weight": 1, "ip": "127.0.0.1", "port": port, "device": "d", "replication_ip": "127.0.0.1", "replication_port": port, "meta": ""})
        ring.rebalance()
        ring.get_ring().save(os.path.join(folder, name + ".ring.gz"))
utils.set_swift_dir(folder)
storage_policy.reload_storage_policies()
if role == "storage":
    threads = [eventlet.spawn(serve, configure(folder, name, app, []), port) for (name, app), port in zip(STORAGE.items(), storage)]
    for thread in threads:
        thread.wait()
else:
    serve(configure(folder, "proxy", "proxy", PIPELINE.split()), proxy)
