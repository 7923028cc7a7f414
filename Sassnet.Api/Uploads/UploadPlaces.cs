using Sassnet.Api.Access;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Uploads;

/// <summary>The places of uploads that are being received. Slow clients hold theirs for long: the last ones are for callers who have none. Safe to use from several threads.</summary>
/// <param name="most">How many there are.</param>
internal sealed class UploadPlaces(int most)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Place> _taken = [];

    // Uploads take seconds; clients that were refused together come back apart.
    private static TimeSpan Soon => TimeSpan.FromSeconds(Random.Shared.Next(5, 16));

    /// <summary>Takes a place; dispose it to give it back.</summary>
    /// <param name="caller">Who takes it, see <see cref="Caller.ShareOf"/>.</param>
    /// <exception cref="ProblemException">There is none for this caller.</exception>
    public IDisposable Enter(string caller)
    {
        lock (_lock)
        {
            var hasOne = _taken.Any(place => place.Caller == caller);
            if (_taken.Count >= FairPlaces.For(most, hasOne))
                throw Refused(_taken.Count);
            var place = new Place(this, caller);
            _taken.Add(place);
            return place;
        }
    }

    private ProblemException Refused(int taken)
    {
        var wait = Soon;
        var why = taken < most
            ? FormattableString.Invariant($"{taken} uploads are being received already, of this caller too, and the last of {most} places are for callers who have none.")
            : FormattableString.Invariant($"{taken} uploads are being received already, the most this service takes at once.");
        return new ProblemException(ProblemTypes.TooManyUploads, FormattableString.Invariant($"{why} Try again in about {wait.TotalSeconds:0} s."), wait);
    }

    private sealed class Place(UploadPlaces places, string caller) : IDisposable
    {
        public string Caller => caller;

        public void Dispose()
        {
            lock (places._lock)
                places._taken.Remove(this);
        }
    }
}
