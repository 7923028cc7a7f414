# Sourced by the batch scripts beside it: one attempt at a run, and what follows from how it ended.
#
#   0              done: the job ends
#   2, 126, 127    wrong usage, configuration or program, which another attempt would meet again: the job fails
#   1              a failure that another attempt would meet again: the job fails, unless it has several ranks, where it may be that one was lost
#   75             told to stop, and saved: the job is queued again
#   any other      killed (128 + the signal: no memory left, a lost rank), or a launcher that lost a node (mpirun: 205): queued again
#
# An attempt that comes to no new checkpoint is fruitless. After three of those in a row the job fails: it would go on for ever. RUN.attempt beside
# the run counts them, anew for every job that is submitted; where it cannot be written, as on a full disk, the first is the last.

set -uo pipefail
fruitless_limit=3

wrong_usage() {
    echo "error: usage: $1" >&2
    exit 2
}

say() {
    echo "[$(date -u +%FT%TZ) job ${SLURM_JOB_ID} on ${SLURM_JOB_NODELIST:-?}, restart ${SLURM_RESTART_COUNT:-0}] $1"
}

attempt() {
    # Shells complete a folder's name with a slash, and what lies beside the folder must not come to lie in it.
    local run="${1%/}" before status
    shift
    mkdir -p "$(dirname "$run")"
    # The last task of an array has the array's own number, by which Slurm's commands mean all of its tasks.
    job="${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID}"
    job="${job:-$SLURM_JOB_ID}"
    trap 'pass_on' TERM
    stopped=0 child=
    say "begins"
    claim "$run"

    # Whoever submitted a job has mended what ended the one before. Empty is none, for which a full disk has room too; what cannot be opened was said.
    ((${SLURM_RESTART_COUNT:-0})) || { : > "$run.attempt"; } 2> /dev/null
    before="$(newest_checkpoint "$run")"

    if ((stopped)); then
        status=75
    else
        load_modules
        choose_command
        ! wants_gpu "$run" "$@" || { say "has GPUs: adds --set device=cuda" && set -- "$@" --set device=cuda; }
        "${command_line[@]}" "$@" &
        child=$!

        # What came before there was a child to tell.
        ((!stopped)) || tell_child
        await_child
    fi

    # A signal from here on changes nothing any more.
    trap '' TERM
    if is_final "$status"; then
        ((status != 0)) || rm -f "$run.attempt"
        say "$(ending "$status")"
        exit "$status"
    fi

    local fruitless=0
    if [[ "$(newest_checkpoint "$run")" == "$before" ]]; then
        fruitless="$(($(cat "$run.attempt") + 1))"
    fi
    # What cannot be counted would begin anew each time. To the disk, since a file system may find only then that it is full.
    if ! { echo "$fruitless" > "$run.attempt" && sync "$run.attempt"; } && ((fruitless)); then
        say "$(ending "$status"): it came to no new checkpoint, and that cannot be counted in $run.attempt, as where the disk is full"
        exit "$status"
    fi
    if ((fruitless >= fruitless_limit)); then
        say "$(ending "$status"): $fruitless attempts in a row came to no new checkpoint"
        exit "$status"
    fi
    queue_again "$status"
}

is_final() {
    case "$1" in
        0 | 2 | 126 | 127) return 0 ;;
        1) ((${SLURM_NTASKS:-1} == 1 && !stopped)) ;;
        *) return 1 ;;
    esac
}

ending() {
    if (($1 > 128 && $1 <= 192)); then
        echo "killed by signal $(($1 - 128))"
    else
        echo "ended with $1"
    fi
}

# Two attempts never write one run. Slurm starts a job anew when it has lost a node, and what it had started there may still be alive.
claim() {
    status=0
    if ! exec 9>> "$1.attempt"; then
        say "cannot lock $1.attempt; goes on without"
    elif ! flock --nonblock 9; then
        say "waits: an earlier attempt at $1 is still alive, though Slurm may have lost sight of it"
        flock 9 &
        child=$!
        await_child
        child=
        ((stopped || status == 0)) || { say "cannot lock $1.attempt; goes on without"; }
    fi
}

# Who asked for GPUs does not want the processor in their place, which 'auto' takes where LibTorch is one without CUDA: with 'cuda' it ends with 2 then.
# Whoever named a device meant it, and what was begun on the processor goes on there rather than not at all.
wants_gpu() {
    local run="$1" config="" sweep="" index=""
    has_gpus && [[ ! " ${*:2}" =~ [\ =]device= ]] || return 1
    while (($# > 1)); do
        case "$1" in
            --config) config="$2" ;;
            --sweep) sweep="$2" ;;
            --index) index="$2" ;;
        esac
        shift
    done
    [[ -z "$sweep" ]] || config="$sweep/$(awk -F, -v index_="$index" '$1 == index_ { print $NF }' "$sweep/index.csv")"
    [[ "$(device_in "$config")" =~ ^(auto)?$ ]] || return 1
    [[ ! -e "$run/config.yaml" || "$(device_in "$run/config.yaml")" == cuda* ]]
}

device_in() { sed -n "s/^device:[[:space:]]*[\"']\?\([a-z0-9:]*\).*/\1/p" "$1" 2> /dev/null | head -n 1; }

has_gpus() { [[ "${SLURM_GPUS_ON_NODE:-0}" != 0 || -n "${SLURM_JOB_GPUS:-}" ]]; }

load_modules() {
    [[ -z "$SASSNET_MODULES" ]] || module load $SASSNET_MODULES
}

# Sets command_line, and stop_with: how a request to save and stop reaches every rank.
choose_command() {
    command_line=("$SASSNET_PROGRAM")
    [[ -z "$SASSNET_IMAGE" ]] || command_line=(apptainer exec --bind "$SASSNET_BINDS" --pwd "$PWD" "$SASSNET_IMAGE" dotnet /app/Sassnet.Training.dll)
    [[ -z "$SASSNET_IMAGE" ]] || ! has_gpus || command_line=("${command_line[@]:0:2}" --nv "${command_line[@]:2}")

    # Threads: as many as a task was given, and not as many as the node has.
    if [[ -n "${SLURM_CPUS_PER_TASK:-}" ]]; then
        export DOTNET_PROCESSOR_COUNT="$SLURM_CPUS_PER_TASK" SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"
    fi

    stop_with=child_term
    ((${SLURM_NTASKS:-1} > 1)) || return 0
    if [[ "$SASSNET_LAUNCHER" == mpirun* ]]; then
        # Open MPI would bind each rank to one core, and gives it a terminal, which a log is none.
        export TERM=dumb
        command_line=($SASSNET_LAUNCHER -np "$SLURM_NTASKS" --bind-to none "${command_line[@]}")
        stop_with=child_usr1
    else
        # The first rank measures the package when the others have ended, and a site's WaitTime would end it with them.
        command_line=($SASSNET_LAUNCHER --kill-on-bad-exit=1 --wait=0 "${command_line[@]}")
        stop_with=steps_term
    fi
}

# Slurm told the shell alone (--signal=B:). Once is enough, and bash may die of signals that come while it runs a trap.
pass_on() {
    stopped=1 interrupted=1
    [[ -z "$child" ]] || tell_child
    say "is told to stop; it saves"
}

# What is started later would ignore the signal too, so it is ignored only now.
tell_child() {
    trap '' TERM
    case "${stop_with:-child_term}" in
        child_term) kill -TERM "$child" ;;
        # mpirun kills its ranks on SIGTERM, and passes on this one.
        child_usr1) kill -USR1 "$child" ;;
        # srun too; its tasks are told past it.
        steps_term) scancel --signal=TERM "$job" ;;
    esac
}

# Sets status. No wait while the child runs: a signal that comes just as it ends leaves it between taking the exit code from the system and keeping it, and
# 255 is all it gives then. Nor does a signal that ends wait say anything of the child.
await_child() {
    while kill -0 "$child" 2> /dev/null; do
        sleep 0.5
    done
    while :; do
        interrupted=0
        status=0
        wait "$child" || status=$?
        ((interrupted)) || break
    done
}

newest_checkpoint() {
    find "$1/checkpoints" -maxdepth 1 -name '[0-9]*.safetensors' 2> /dev/null | sort | tail -n 1
}

# Only what still runs: a job that was cancelled, or that Slurm queues again by itself, is none of this script's.
queue_again() {
    local state
    state="$(scontrol show job --oneliner "$job" | sed -n 's/.* JobState=\([A-Z_]*\).*/\1/p')"
    if [[ "$state" != RUNNING ]]; then
        say "$(ending "$1"), and its state is $state: Slurm decides what follows"
    elif scontrol requeue "$job"; then
        say "$(ending "$1"): is queued again, and goes on from the newest checkpoint"
    else
        say "$(ending "$1"), and cannot be queued again; submit the same line, and it goes on from the newest checkpoint"
    fi
    exit "$1"
}
