# Sourced by train-on-cluster: the training as a job of Slurm. The run, the program that it runs and the job's log are in $folder, which every node sees.

prepare() {
    command -v sbatch > /dev/null || refuse "sbatch is not here; slurm needs a machine that submits jobs"
    mkdir -p "$models"
    models="$(realpath "$models")"
    export SASSNET_SLURM="$folder"
    mkdir -p "$folder"
    [[ -n "${SASSNET_PROGRAM:-}" ]] || build_program
    # Not only where it is built: this script runs it, and so does the job, which inherits it.
    source "$root/scripts/dotnet-root.sh"
    find_dotnet
    export SASSNET_PROGRAM
    cp "$root/deploy/slurm/attempt.sh" "$folder/attempt.sh.new" && mv "$folder/attempt.sh.new" "$folder/attempt.sh"

    keep_start

    # A sweep of one run: the configuration is checked and resolved now, and what is called the same and is another is refused.
    "$SASSNET_PROGRAM" sweep --config "$config" --output "$folder" "${assignments[@]}" > "$folder/sweep.log" || exit 2
    run="$folder/$(awk -F, '$1 == 0 { print $2 }' "$folder/index.csv")"
    resolved="$folder/$(awk -F, '$1 == 0 { print $NF }' "$folder/index.csv")"
}

# Sets SASSNET_PROGRAM. Kept beside the run, and never replaced: neither a rebuild nor a cleaned checkout nor other options may change what a job that waits will
# run, so that one with another LibTorch lies in another folder.
build_program() {
    # LibTorch for the processor is what a build has unless told otherwise.
    local backend="${TorchBackend:-cpu}"
    [[ -n "${TorchBackend:-}" || -n "${SASSNET_LIBTORCH:-}" || ! " ${sbatch_options[*]}" =~ \ (-G|--gpus|--gres=[^\ ]*gpu) ]] || backend=cuda
    local program="$folder/program"
    [[ "$backend" == cpu ]] || program+="-$backend"
    SASSNET_PROGRAM="$program/Sassnet.Training"
    [[ ! -e "$SASSNET_PROGRAM" ]] || return 0
    mkdir -p "$root/obj"
    (
        # One build at a time in one checkout; who waited for that of the same program has it.
        flock 9 || say "cannot lock $root/obj/build.lock; goes on without"
        [[ ! -e "$SASSNET_PROGRAM" ]] || exit 0
        say "building the program into $program"
        rm -rf "$program.new"
        cd "$root"
        source scripts/prerequisites.sh
        [[ "$backend" == cpu ]] || export TorchBackend="$backend"
        dotnet publish Sassnet.Training --configuration Release --disable-build-servers --verbosity quiet --output "$program.new" &&
            mv -T "$program.new" "$program"
    ) 9> "$root/obj/build.lock" || refuse "the build failed; the lines above say why"
}

# The package that the run begins with is read when the job starts, and may be another by then: it is kept beside the run too, as it is when the run is first asked
# for. Which one was asked for is held by a sweep of its own. A run that an earlier version of this script submitted has none, and stays as it is.
keep_start() {
    [[ ! -e "$folder/index.csv" || -e "$folder/start" ]] || return 0
    local start
    "$SASSNET_PROGRAM" sweep --config "$config" --output "$folder/asked" "${assignments[@]}" > "$folder/sweep.log" || exit 2
    start="$(start_in "$folder/asked/$(awk -F, '$1 == 0 { print $NF }' "$folder/asked/index.csv")")"
    [[ -n "$start" ]] || return 0
    if [[ ! -e "$folder/start" ]]; then
        # Of two who start together one is the first.
        if [[ ! -e "$start/model.json" ]] || ! cp -rL "$start" "$folder/start.$$.new" || ! { mv -T "$folder/start.$$.new" "$folder/start" 2> /dev/null || [[ -e "$folder/start" ]]; }; then
            rm -rf "$folder/asked" "$folder/start.$$.new"
            refuse "network.startFrom is '$start', which cannot be copied to $folder/start; accepted: the folder of a package, with model.json, or --set network.startFrom= for none"
        fi
        rm -rf "$folder/start.$$.new"
    fi
    assignments+=(--set "network.startFrom=$folder/start")
}

# network.startFrom of a configuration that the program wrote: a key to a line, and quoted only where YAML would take the text for something else.
start_in() {
    local start
    start="$(sed -n 's/^  startFrom: *//p' "$1")"
    case "$start" in
        \'*) start="${start:1:-1}" start="${start//\'\'/\'}" ;;
        \"*) start="${start:1:-1}" ;;
    esac
    echo "$start"
}

# One at a time: two who start together submit one job.
submit_unless_running() {
    exec 8>> "$folder/job"
    flock 8 || say "cannot lock $folder/job; goes on without"
    job="$(cat "$folder/job")"
    [[ -n "$job" ]] || patiently find_job
    [[ -z "$job" ]] || patiently look
    if [[ -n "$job" && "$state" != ended ]]; then
        say "takes up job $job"
    elif is_measured; then
        say "was trained and measured by job $job"
    else
        patiently submit
        say "submitted job $job; its log is $folder/job.log"
    fi
    echo "$job" > "$folder/job"
    exec 8>&-
}

# Sets job; fails where Slurm cannot be asked. It is looked for first: an answer that was lost, as a busy controller's is, may have been that of a job which is there.
submit() {
    local answer
    find_job || return 1
    [[ -z "$job" ]] || return 0
    if answer="$(cd "$root" && sbatch --parsable --job-name "sassnet-$name" --comment "$folder" --output "$folder/job.log" "${sbatch_options[@]}" \
        deploy/slurm/train.sbatch "$resolved" "$run" --evaluate 2>&1)"; then
        # Warnings stand beside the number.
        job="$(sed -n 's/^\([0-9]\+\)\(;.*\)\?$/\1/p' <<< "$answer" | tail -n 1)"
    elif [[ "$answer" =~ (timed out|Unable to contact|onnection|Zero Bytes|temporarily unable) ]]; then
        say "sbatch: ${answer//$'\n'/; }"
        return 1
    else
        refuse "sbatch refused the job: $answer"
    fi
}

# Sets job to the one whose number this script did not live to write down, if there is one: the caller's own whose comment is this folder. By its name it could be
# somebody else's, or that of a run elsewhere. Fails where Slurm cannot be asked.
find_job() {
    local answer
    answer="$(squeue --me --noheader --format '%A %k' 2> /dev/null)" || return 1
    job="$(folder="$folder" awk '{ number = $1; sub(/^[^ ]+ /, "") } $0 == ENVIRON["folder"] { print number; exit }' <<< "$answer")"
}

# Sets state; fails where Slurm cannot be asked. A job that Slurm has forgotten has ended.
look() {
    local answer
    if answer="$(squeue --noheader --jobs "$job" --format '%T %r' 2>&1)"; then
        state="${answer:-ended}"
        state="${state% None}"
    elif [[ "$answer" == *"Invalid job id"* ]]; then
        state=ended
    else
        return 1
    fi
}

progress() { tail -n 1 "$run/metrics.jsonl" 2> /dev/null || true; }

is_measured() { grep -qs '"state": "evaluated"' "$run/summary.json"; }

finish() {
    if ! is_measured; then
        echo "error: job $job ended, and the run is not finished. The end of $folder/job.log:" >&2
        tail -n 20 "$folder/job.log" >&2
        exit 1
    fi
    cat "$run/summary.json"
    "$SASSNET_PROGRAM" publish --run "$run" --models "$models" --min-dice "$floor"
}
