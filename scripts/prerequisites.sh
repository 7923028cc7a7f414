# Sourced by run and test, from the repository's root: finds the .NET SDK, installs the few system libraries a bare Debian or Ubuntu lacks,
# and quiets the command line. Ends the script with one clear line when something is missing that cannot be installed from here.

stop() {
    echo "error: $1" >&2
    exit 1
}

[[ "$(uname -sm)" == "Linux x86_64" ]] || stop "Sassnet runs on Linux x86-64 (LibTorch's build here); this is $(uname -sm)."

source scripts/dotnet-root.sh

# Build servers would outlive the script.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

install_libraries() {
    local present missing=()
    present="$(/sbin/ldconfig -p)"
    [[ "$present" == *libstdc++.so.6* ]] || missing+=(libstdc++6)
    [[ "$present" == *libgcc_s.so.1* ]] || missing+=(libgcc-s1)
    # NuGet speaks TLS. The library's package is named differently from release to release; the tool's is not.
    [[ "$present" == *libssl.so.* ]] || missing+=(openssl)
    has_certificates || missing+=(ca-certificates)
    # ICU's package carries a version in its name; the SDK does without when told to, and then knows no locale of any package's resources.
    [[ "$present" == *libicuuc.so.* ]] || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 MSBuildWarningsAsMessages=NETSDK1188
    ((${#missing[@]} > 0)) || return 0

    apt_install "${missing[@]}" && return 0
    # Elsewhere they have other names and may lie where nobody looked.
    command -v apt-get > /dev/null ||
        { echo "warning: not found, and not looked for further, since this system has no apt-get: what Debian calls ${missing[*]}" >&2 && return 0; }
    stop "missing system packages: ${missing[*]}. Install them as root and start again: apt-get install ${missing[*]}"
}

# Whom TLS trusts, where the families of distributions and OpenSSL's own variables have it.
has_certificates() {
    local bundle
    for bundle in "${SSL_CERT_FILE:-}" "${SSL_CERT_DIR:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt \
        /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem; do
        [[ -z "$bundle" || ! -e "$bundle" ]] || return 0
    done
    return 1
}

find_sdk() {
    find_dotnet
    local advice="install one: apt-get install dotnet-sdk-10.0, or see https://dotnet.microsoft.com/download/dotnet/10.0"
    command -v dotnet > /dev/null || stop "the .NET 10 SDK is not installed; $advice"
    # Fails when no installed SDK satisfies global.json.
    dotnet --version > /dev/null 2>&1 ||
        stop "the .NET 10 SDK is needed, and found is: $(dotnet --list-sdks 2> /dev/null | cut -d' ' -f1 | paste -sd' ' | sed 's/^$/no SDK/'); $advice"
}

# Runs apt-get as root where that is possible without a password.
apt_install() {
    local as_root=()
    ((EUID == 0)) || as_root=(sudo -n)
    command -v apt-get > /dev/null && { ((EUID == 0)) || sudo -n true 2> /dev/null; } || return 1
    # Not among the output: of scripts/prove-on-gpu that is the table.
    echo "Installing $*" >&2
    "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" > /dev/null
}

# Decoders of compressed DICOM: without them the service runs, and refuses only such series.
install_decoders() {
    local missing=()
    command -v dcmdjpeg > /dev/null && command -v dcmdjpls > /dev/null || missing+=(dcmtk)
    command -v opj_decompress > /dev/null || missing+=(libopenjp2-tools)
    ((${#missing[@]} == 0)) || apt_install "${missing[@]}" ||
        echo "warning: compressed DICOM will be refused; as root: apt-get install ${missing[*]}" >&2
}

# A faster gzip: without these scans are inflated and results compressed by .NET's own, twice and several times as slowly.
install_compressor() {
    local missing=() known
    known=$(/sbin/ldconfig -p)
    [[ $known == *libdeflate.so.0* ]] || missing+=(libdeflate0)
    [[ $known == *libisal.so.2* ]] || missing+=(libisal2)
    ((${#missing[@]} == 0)) || apt_install "${missing[@]}" ||
        echo "warning: scans will be read and results compressed more slowly; as root: apt-get install ${missing[*]}" >&2
}

# An archive and a viewer before the service, and what pushes to the one: scripts/archive.
install_archive() {
    local missing=()
    # Looked for where they are: sbin is in the path of few.
    export PATH="$PATH:/usr/sbin"
    command -v Orthanc > /dev/null && [[ -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ]] || missing+=(orthanc orthanc-dicomweb)
    command -v apache2 > /dev/null || missing+=(apache2-bin)
    command -v storescu > /dev/null || missing+=(dcmtk)
    ((${#missing[@]} == 0)) || apt_install "${missing[@]}" || stop "as root: apt-get install ${missing[*]}"
}

# What tests use beside the code under test: other software that reads DICOM, what starts several processes, a scheduler, kubectl, a database server, a store of objects,
# a clock that can be set, a browser, an archive, a viewer, what checks alerts;
# without it they skip and say so.
install_references() {
    local missing=()
    [[ -d /usr/lib/python3/dist-packages/pydicom ]] || missing+=(python3-pydicom)
    [[ -d /usr/lib/python3/dist-packages/numpy ]] || missing+=(python3-numpy)
    [[ -d /usr/lib/python3/dist-packages/PIL ]] || missing+=(python3-pil)
    [[ -d /usr/lib/python3/dist-packages/torch ]] || missing+=(python3-torch)
    [[ -x /usr/bin/dcm2niix ]] || missing+=(dcm2niix)
    [[ -x /usr/bin/dciodvfy ]] || missing+=(dicom3tools)
    [[ -x /usr/bin/mpirun ]] || missing+=(openmpi-bin)
    [[ -x /usr/sbin/slurmctld ]] || missing+=(slurmctld slurmd slurm-client munge)
    compgen -G '/usr/lib/postgresql/*/bin/postgres' > /dev/null || missing+=(postgresql)
    [[ -d /usr/lib/python3/dist-packages/swift ]] || missing+=(python3-swift)
    [[ -e /usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1 ]] || missing+=(libfaketime)
    [[ -x /usr/bin/kubectl ]] || missing+=(kubernetes-client)
    [[ -x /usr/bin/chromium ]] || missing+=(chromium)
    [[ -x /usr/bin/promtool ]] || missing+=(prometheus)
    [[ -x /usr/sbin/Orthanc && -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ]] || missing+=(orthanc orthanc-dicomweb)
    [[ -x /usr/sbin/apache2 ]] || missing+=(apache2-bin)
    # One that this release lacks would keep all of them away.
    local absent=()
    ((${#missing[@]} == 0)) || apt_install "${missing[@]}" || for package in "${missing[@]}"; do
        apt_install "$package" || absent+=("$package")
    done
    ((${#absent[@]} == 0)) ||
        echo "warning: tests against other software will be skipped; as root: apt-get install ${absent[*]}" >&2
    [[ -d tests/DicomReaders/node_modules ]] || ! command -v npm > /dev/null ||
        npm ci --prefix tests/DicomReaders --ignore-scripts --no-audit --no-fund --loglevel error ||
        echo "warning: tests of segmentation objects against viewers will be skipped; npm ci failed in tests/DicomReaders" >&2
    [[ -d tests/Ohif ]] || ! command -v npm > /dev/null || deploy/archive/viewer/get-ohif tests/Ohif ||
        echo "warning: tests of results in the viewer OHIF will be skipped; deploy/archive/viewer/get-ohif tests/Ohif failed" >&2
}

install_libraries
install_decoders
install_compressor
find_sdk
