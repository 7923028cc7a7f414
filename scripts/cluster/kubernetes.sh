# Sourced by train-on-cluster: the training as a Job of Kubernetes, through kubectl as it is configured (KUBECONFIG, its context and namespace). The run is
# on the claim sassnet-runs; $folder has what was applied, and summary.json in the end.

prepare() {
    command -v kubectl > /dev/null || refuse "kubectl is not here"
    overlay="$(realpath "${overlay:-$root/deploy/kubernetes/overlays/cpu/job}")"
    [[ -f "$overlay/kustomization.yaml" ]] || refuse "--overlay is '$overlay', which has no kustomization.yaml"

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
}

# An overlay on the overlay, with what is read as its own part.
render() {
    {
        echo "apiVersion: kustomize.config.k8s.io/v1beta1"
        echo "kind: Kustomization"
        echo "resources: [$(realpath --relative-to "$(realpath "$1")" "$overlay")]"
        echo "nameSuffix: $2"
        cat
    } > "$1/kustomization.yaml"
    kubectl kustomize "$1" > "$1/objects.yaml" || refuse "the overlay cannot be rendered with $1/kustomization.yaml"
}

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
    if answer="$(kubectl get job "$job" --ignore-not-found --output jsonpath='{.spec.suspend}' 2>&1)" &&
        { [[ "$answer" != false ]] || sed -i 's/^  suspend: true$/  suspend: false/' "$1"; } &&
        answer="$(kubectl apply --validate=false --filename "$1" 2>&1)"; then
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
    job="sassnet-training-$name"
    patiently apply "$folder/train/objects.yaml"
}

# Sets state and reason; fails where the cluster cannot be asked. A Job that was deleted has ended.
look() {
    local answer
    if ! answer="$(kubectl get job "$job" --output jsonpath="$(printf '{.status.conditions[?(@.status=="True")].%s}|' type message){.status.active} active, {.status.failed} failed" 2>&1)"; then
        [[ "$answer" == *NotFound* ]] || return 1
        answer="|deleted|"
    fi
    IFS='|' read -r condition reason state <<< "$answer"
    state="${condition:-running}, $state"
    [[ "$condition" != *Complete* && "$condition" != *Failed* && "$reason" != deleted ]] || state=ended
}

progress() { kubectl logs "job/$job" --container training --tail 1 2> /dev/null || true; }

finish() {
    require_complete
    job="$job-publish"
    patiently apply "$folder/publish/objects.yaml"
    follow
    patiently fetch_summary
    require_complete
    kubectl logs "job/$job" --container training || true
}

# Shows the run's summary and keeps it. Where the Job or its pod is gone there is none any more; whether it had finished, its state says.
fetch_summary() {
    local answer
    if answer="$(kubectl logs "job/$job" --container summary 2>&1 > "$folder/summary.json.new")"; then
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
    echo "error: the Job $job ended without having finished: $reason. The end of its log:" >&2
    kubectl logs "job/$job" --container training --tail 20 >&2 || true
    [[ "$reason" != *"exit code 2"* ]] || exit 2
    exit 1
}
