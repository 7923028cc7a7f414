namespace Sassnet.Api.Access;

/// <summary>Who gets the last of the places that all callers share: else one who fills them would shut out all others.</summary>
internal static class FairPlaces
{
    /// <summary>
    /// The places that a caller finds: all, and without the last quarter where he has one already; also while nobody else is there, since a place that is taken cannot
    /// be had back when somebody comes.
    /// </summary>
    public static int For(int places, bool hasOne) => hasOne ? places - (places / 4) : places;
}
