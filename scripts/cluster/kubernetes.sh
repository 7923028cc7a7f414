# Sourced by train-on-cluster: the training as a Job of Kubernetes, through kubectl as it is configured (KUBECONFIG, its context and namespace). The run is
# on the claim sassnet-runs; $folder has what was applied, and summary.json in the end.

prepare() {
    command -v kubectl > /dev/null || refuse "kubectl is not here"
    overlay="$(realpath "${overlay:-$root/deploy/kubernetes/overlays/cpu/job}")"
    [[ -f "$overlay/kustomization.yaml" ]] || refuse "--overlay is '$overlay', which has no kustomization.yaml"

    place_start

    # Paths are the pod's: the data are where the overlay mounts them.
    [[ " ${assignments[*]} " == *" data.folder="* ]] || assignments+=(--set data.folder=/data)
    mkdir -p "$folder/train" "$folder/publish"
    cp "$config" "$folder/train/config.yaml"
    render "$folder/train" "-$name" <<- YAML
		configMapGenerator:
		  - name: sassnet-training-configuration
		    files: [config.yaml]
		patches:
		  - target:
		      kind: Job
		    patch: |
		      - op: replace
		        path: /spec/template/spec/containers/0/args
		        value: $(json train --config /configuration/config.yaml --output "/runs/$name" --resume --evaluate "${assignments[@]}")
		      - op: add
		        path: /spec/template/spec/containers/0/volumeMounts/-
		        value: {name: configuration, mountPath: /configuration, readOnly: true}
		      - op: add
		        path: /spec/template/spec/volumes/-
		        value: {name: configuration, configMap: {name: sassnet-training-configuration}}
	YAML
    read_job "$folder/train/objects.yaml" "-$name"
    training="$job"

    # It ends the same however often it is tried.
    render "$folder/publish" "-$name-publish" <<- YAML
		patches:
		  - target:
		      kind: Job
		    patch: |
		      - op: replace
		        path: /spec/backoffLimit
		        value: 0
		      - op: replace
		        path: /spec/template/spec/containers/0/args
		        value: $(json publish --run "/runs/$name" --models "$models" --min-dice "$floor")
		      - op: add
		        path: /spec/template/spec/containers/0/volumeMounts/-
		        value: {name: models, mountPath: /models}
		      - op: add
		        path: /spec/template/spec/volumes/-
		        value: {name: models, persistentVolumeClaim: {claimName: sassnet-models}}
		      - op: copy
		        from: /spec/template/spec/containers
		        path: /spec/template/spec/initContainers
		      - op: replace
		        path: /spec/template/spec/initContainers/0/name
		        value: summary
		      - op: add
		        path: /spec/template/spec/initContainers/0/command
		        value: $(json cat "/runs/$name/summary.json")
		      - op: remove
		        path: /spec/template/spec/initContainers/0/args
	YAML
    read_job "$folder/publish/objects.yaml" "-$name-publish"
    publication="$job"
}

# A pod's configuration lies in another folder, and what is beside it here is not there: of packages to start from it has those that ship in its image, where
# docker/Dockerfile puts them, and what the overlay mounts.
place_start() {
    local start base assignment found bundled="$root/Sassnet.Api/models/"
    start="$(start_in "$(< "$config")")"
    base="$(dirname "$config")"
    for assignment in "${assignments[@]}"; do
        case "$assignment" in
            network=*) start="$(start_in "network: ${assignment#*=}")" ;;
            network.startFrom=[\"\']*) start="$(start_in "network: {startFrom: ${assignment#*=}}")" base="$PWD" ;;
            network.startFrom=*) start="${assignment#*=}" base="$PWD" ;;
        esac
    done
    [[ -n "$start" && "$start" != /* ]] || return 0
    found="$(realpath --canonicalize-missing "$base/$start")"
    [[ "$found" == "$bundled"* && -e "$found/model.json" ]] ||
        refuse "network.startFrom is '$start', which is $found on this machine and nothing in a pod; accepted: the path of a package in the pod, from its root, on what the overlay mounts (--set network.startFrom=/runs/NAME/model), one of those that ship ($bundled), or none (--set network.startFrom=)"
    assignments+=(--set "network.startFrom=/Sassnet.Api/models/${found#"$bundled"}")
}

# What a configuration as text has for network.startFrom. Read by kubectl, which knows YAML: the text becomes a field of an object that never leaves this machine.
start_in() {
    local object='{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "configuration"}}'
    kubectl patch --local --filename - --type merge --patch "configuration:"$'\n'"$(sed 's/^---\([[:space:]]\|$\)/\1/; s/^/  /' <<< "$1")" \
        --output jsonpath='{.configuration.network.startFrom}' <<< "$object" || refuse "the configuration cannot be read; kubectl's line above says why"
}

# An overlay on the overlay, with what is read as its own part.
render() {
    {
        echo "apiVersion: kustomize.config.k8s.io/v1beta1"
        echo "kind: Kustomization"
        echo "resources: $(json "$(realpath --relative-to "$(realpath "$1")" "$overlay")")"
        # Quoted: -16 and -1e5 would be numbers.
        echo "nameSuffix: \"$2\""
        cat
    } > "$1/kustomization.yaml"
    kubectl kustomize "$1" > "$1/objects.yaml" || refuse "the overlay cannot be rendered with $1/kustomization.yaml"
}

# Sets job and namespace to those of the Job that was rendered: overlays add to its name, and put it where the context does not look.
read_job() {
    local objects jobs
    objects="$(kubectl patch --local --filename "$1" --type merge --patch '{}' --output jsonpath='{.kind} {.metadata.name} {.metadata.namespace}{"\n"}')" ||
        refuse "what was rendered into $1 cannot be read"
    mapfile -t jobs < <(sed -n 's/^Job //p' <<< "$objects")
    read -r job namespace <<< "${jobs[0]:-}"
    [[ ${#jobs[@]} -eq 1 && "$job" == *sassnet-training*"$2" ]] ||
        refuse "the overlay $overlay makes of a training: $(sed 's/ *$//' <<< "$objects" | paste -sd, | sed 's/,/, /g'); accepted: one Job, sassnet-training…$2, as with deploy/kubernetes/overlays/cpu/job"
    ((${#job} <= 63)) || refuse "the Job would be called $job, ${#job} characters; accepted: up to 63, by a shorter --name or less that the overlay adds"
}

# kubectl, in the namespace of the overlay where that says one, or else of the context.
ask() { kubectl ${namespace:+--namespace "$namespace"} "$@"; }

# Its arguments as a JSON array, which YAML reads too.
json() {
    local values=()
    local value
    for value in "$@"; do
        value="${value//\\/\\\\}"
        values+=("\"${value//\"/\\\"}\"")
    done
    (
        IFS=,
        echo "[${values[*]}]"
    )
}

# What is there already as it was applied stays; a Job of that name with another training is refused by the server, since a Job cannot be changed.
apply() {
    local answer
    # What a queue has started stays so: "suspend" is what the overlay says of a Job that comes, and would stop one that is taken up.
    # The objects were held to their kinds' fields by a test; the server's schema is not asked for.
    if answer="$(ask get job "$job" --ignore-not-found --output jsonpath='{.spec.suspend}' 2>&1)" &&
        { [[ "$answer" != false ]] || sed -i 's/^  suspend: true$/  suspend: false/' "$1"; } &&
        answer="$(ask apply --validate=false --filename "$1" 2>&1)"; then
        say "${answer//$'\n'/; }"
    elif is_lost "$answer"; then
        return 1
    else
        refuse "$answer"
    fi
}

# What is deleted does not come back. Of a Job whose pod is, kubectl says that it waited in vain.
is_lost() { [[ "$1" != *NotFound* && "$1" != *"waiting for the condition"* && "$1" =~ (onnection|onnect:|timeout|timed out|deadline|EOF|unexpected end|no such host|ServiceUnavailable|InternalError|TooManyRequests) ]]; }

submit_unless_running() {
    job="$training"
    patiently apply "$folder/train/objects.yaml"
}

# Sets state and reason; fails where the cluster cannot be asked. A Job that was deleted has ended.
look() {
    local answer
    if ! answer="$(ask get job "$job" --output jsonpath="$(printf '{.status.conditions[?(@.status=="True")].%s}|' type message){.status.active} active, {.status.failed} failed" 2>&1)"; then
        [[ "$answer" == *NotFound* ]] || return 1
        answer="|deleted|"
    fi
    IFS='|' read -r condition reason state <<< "$answer"
    state="${condition:-running}, $state"
    [[ "$condition" != *Complete* && "$condition" != *Failed* && "$reason" != deleted ]] || state=ended
}

progress() { ask logs "job/$job" --container training --tail 1 2> /dev/null || true; }

finish() {
    require_complete
    job="$publication"
    patiently apply "$folder/publish/objects.yaml"
    follow
    patiently fetch_summary
    require_complete
    ask logs "job/$job" --container training || true
}

# Shows the run's summary and keeps it. Where the Job or its pod is gone there is none any more; whether it had finished, its state says.
fetch_summary() {
    local answer
    if answer="$(ask logs "job/$job" --container summary 2>&1 > "$folder/summary.json.new")"; then
        mv "$folder/summary.json.new" "$folder/summary.json"
        cat "$folder/summary.json"
    elif is_lost "$answer"; then
        return 1
    else
        say "the summary cannot be had: ${answer//$'\n'/; }"
    fi
}

require_complete() {
    [[ "$condition" != *Complete* ]] || return 0
    echo "error: the Job $job${namespace:+ in the namespace $namespace} ended without having finished: $reason. The end of its log:" >&2
    ask logs "job/$job" --container training --tail 20 >&2 || true
    [[ "$reason" != *"exit code 2"* ]] || exit 2
    exit 1
}
