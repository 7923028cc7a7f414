using Sassnet.Api.Models;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Scheduling;

/// <summary>
/// The scans under way, and which comes next: who is admitted to be decoded and prepared ahead, who gets memory, who gets a device, and who waits in vain. Not safe
/// to use from several threads: the scheduler's lock guards it.
/// </summary>
/// <param name="options">How many at once.</param>
/// <param name="devices">The number of devices.</param>
internal sealed class Schedule(SchedulingOptions options, int devices)
{
    private readonly int _places = options.Overlap ? options.PreparedScans : devices;
    private readonly List<ScanTurn> _turns = [];
    private readonly FairShare _share = new();
    private readonly MemoryBudget _memory = new(options.MemoryBudget);

    /// <summary>How many are under way.</summary>
    public int Count => _turns.Count;

    /// <summary>Of each one that someone waits for and that has not reached a device, whose it is.</summary>
    public IReadOnlyList<Flow> Waiting =>
        [.. _turns.Where(turn => turn.State < TurnState.Running && turn.Claim.Priority == Priority.Interactive).Select(turn => turn.Claim.Flow)];

    /// <summary>The memory that they have.</summary>
    public long MemoryTaken => _memory.Taken;

    /// <summary>Adds one that waits.</summary>
    public void Add(ScanTurn turn) => _turns.Add(turn);

    /// <summary>Tells those that wait for a place, for memory or for a device where they wait in vain. They stay under way until they are removed.</summary>
    /// <param name="hopeless">The problem of a model that no device will serve; null where one may.</param>
    public void Refuse(Func<ServedModel, ProblemException?> hopeless)
    {
        foreach (var turn in _turns.Where(turn => turn.State is TurnState.Waiting or TurnState.Decoded or TurnState.Ready))
        {
            if (hopeless(turn.Model) is not { } problem)
                continue;
            if (turn.State == TurnState.Ready)
                turn.Inference!.Fail(problem);
            else
                turn.Granted.TrySetException(problem);
        }
    }

    /// <summary>Gives memory and places to those whose turn it is.</summary>
    /// <param name="canServe">Whether some device has a model.</param>
    /// <param name="now">The time, in ticks of the caller's clock.</param>
    public void Advance(Func<ServedModel, bool> canServe, long now)
    {
        // In order: while a large one waits for memory, no small one passes it, and none is decoded that would only lie beside it.
        while (Best(TurnState.Decoded, FairShare.RankToRun) is { } decoded && _memory.TryTake(decoded.Bytes))
        {
            (decoded.State, decoded.HasMemory) = (TurnState.Preparing, true);
            decoded.Granted.TrySetResult();
        }

        while (NextToAdmit(canServe) is { } admitted)
        {
            _share.Admit(admitted.Claim);
            (admitted.State, admitted.HasPlace, admitted.AdmittedAt) = (TurnState.Preparing, true, now);
            admitted.Granted.TrySetResult();
        }
    }

    /// <summary>Takes the next one for a device, of those that are ready; null where there is none.</summary>
    /// <param name="isThere">Whether the device has a model.</param>
    public ScanTurn? Run(Func<ServedModel, bool> isThere)
    {
        if (Best(TurnState.Ready, FairShare.RankToRun, isThere) is not { } turn)
            return null;
        turn.State = TurnState.Running;
        _share.Run(turn.Claim);

        // Without overlap the place is kept to the end.
        turn.HasPlace = !options.Overlap;
        return turn;
    }

    /// <summary>Its device is free again, after so many seconds.</summary>
    public void Finish(ScanTurn turn, double seconds)
    {
        turn.State = TurnState.Finishing;
        _share.Settle(turn.Claim, seconds);
    }

    /// <summary>Takes out one that is answered or given up; what it held is free.</summary>
    public void Remove(ScanTurn turn)
    {
        if (turn.State is TurnState.Preparing or TurnState.Decoded or TurnState.Ready)
            _share.Settle(turn.Claim, 0);
        if (turn.HasMemory)
            _memory.Return(turn.Bytes);
        (turn.State, turn.HasPlace, turn.HasMemory) = (TurnState.Left, false, false);
        _turns.Remove(turn);
    }

    private ScanTurn? NextToAdmit(Func<ServedModel, bool> canServe) =>
        _turns.Count(turn => turn.HasPlace) < _places && !_memory.IsFull && !_turns.Exists(turn => turn.State == TurnState.Decoded)
            ? Best(TurnState.Waiting, _share.RankToAdmit, model => canServe(model), MayHaveAnotherPlace)
            : null;

    private bool MayHaveAnotherPlace(ScanTurn candidate)
    {
        var flow = candidate.Claim.Flow;
        var isAlone = _turns.TrueForAll(turn => turn.State != TurnState.Waiting || turn.Claim.Flow == flow);
        var most = !options.Overlap ? _places : isAlone ? Math.Max(1, _places - 1) : options.PreparedPerCaller;
        return _turns.Count(turn => turn.HasPlace && turn.Claim.Flow == flow) < most;
    }

    private ScanTurn? Best(
        TurnState state, Func<Claim, (Priority, double, double)> rank, Func<ServedModel, bool>? serves = null, Predicate<ScanTurn>? may = null) => _turns
        .Where(turn => turn.State == state && serves?.Invoke(turn.Model) != false && may?.Invoke(turn) != false)
        .MinBy(turn => rank(turn.Claim));
}
