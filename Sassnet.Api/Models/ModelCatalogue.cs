using Sassnet.Api.Problems;
using Semver;

namespace Sassnet.Api.Models;

/// <summary>
/// The models that are served. Whoever works with one leases it here, so that it can be exchanged meanwhile: what was begun is finished with what it was begun with.
/// Safe to use from several threads.
/// </summary>
internal sealed class ModelCatalogue : IDisposable
{
    private static readonly TimeSpan LoadingRetry = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();

    // Given out of hand, and perhaps still worked with.
    private readonly List<ServedModel> _leaving = [];
    private List<ServedModel> _models = [];
    private IReadOnlyList<PackageProblem> _problems = [];
    private string _reference = "";

    /// <summary>Whether there is a model for requests that name none.</summary>
    public bool HasDefault
    {
        get
        {
            lock (_lock)
                return Match(_reference) is not null;
        }
    }

    /// <summary>The model of requests that name none.</summary>
    public ServedModel Default
    {
        get
        {
            lock (_lock)
                return Match(_reference) ?? throw new InvalidOperationException("No model is served yet.");
        }
    }

    /// <summary>Every model, by name, the newest version of a name first.</summary>
    public IReadOnlyList<ServedModel> Models
    {
        get
        {
            lock (_lock)
                return _models;
        }
    }

    /// <summary>What is wrong with the folder of packages or in it, while the models go on being served.</summary>
    public IReadOnlyList<PackageProblem> Problems
    {
        get
        {
            lock (_lock)
                return [.. _problems, .. _models.Where(model => model.IsGone).Select(Gone)];
        }
    }

    /// <summary>The memory of every model that was not refused by all devices and is not freed yet, in bytes.</summary>
    public long MemoryTaken
    {
        get
        {
            lock (_lock)
            {
                _leaving.RemoveAll(model => model.Leases == 0);
                return _models.Concat(_leaving).Where(model => model.State != ModelState.Failed).Sum(model => model.MemoryBytes);
            }
        }
    }

    /// <summary>The model of a request, to look at.</summary>
    /// <param name="name"><c>name</c> for its newest version that can be used, <c>name@version</c>, or null for the default.</param>
    /// <exception cref="ProblemException">There is no such model.</exception>
    public ServedModel Find(string? name)
    {
        lock (_lock)
        {
            return Match(name ?? _reference) ?? throw new ProblemException(ProblemTypes.UnknownModel,
                $"There is no model '{name}'; served here: {string.Join(", ", _models.Select(model => model.Identifier))}. GET /models describes them.");
        }
    }

    /// <summary>The model of a request, to work with.</summary>
    /// <inheritdoc cref="Find"/>
    public ModelLease Lease(string? name)
    {
        // Under the lock: between finding and leasing it could be freed.
        lock (_lock)
            return Find(name).Lease();
    }

    /// <summary>Serves a model, in the place of another with the same name and version if there is one.</summary>
    public void Add(ServedModel model)
    {
        lock (_lock)
        {
            var before = _models.Find(other => other.Identifier == model.Identifier);
            _models =
            [
                .. _models.Where(other => other != before).Append(model)
                    .OrderBy(other => other.Package.Manifest.Name, StringComparer.Ordinal)
                    .ThenByDescending(other => other.Package.Version, SemVersion.SortOrderComparer),
            ];
            if (before is not null)
                Retire(before);
        }
    }

    /// <summary>
    /// Takes out the models whose packages are gone, but for the default one: that is served on, and said to be gone, until another one is the default.
    /// </summary>
    /// <param name="there">The identifiers of those that are there.</param>
    /// <param name="problems">What is wrong besides.</param>
    public void Keep(IReadOnlySet<string> there, IReadOnlyList<PackageProblem> problems)
    {
        lock (_lock)
        {
            _models.ForEach(model => model.IsGone = !there.Contains(model.Identifier));
            DropGone();
            _problems = problems;
        }
    }

    /// <summary>Makes a model the default: a <c>name</c>, whose newest version it will always be, or <c>name@version</c>.</summary>
    /// <returns>The model that this is now; null, and all stays as it was, where there is none.</returns>
    public ServedModel? TryChoose(string reference)
    {
        lock (_lock)
        {
            if (Match(reference) is not { } model)
                return null;
            _reference = reference;
            DropGone();
            return model;
        }
    }

    /// <summary>Makes a model the default, for requests that are to be served by it from now on.</summary>
    /// <inheritdoc cref="TryChoose"/>
    /// <exception cref="ProblemException">There is no such model, or it cannot answer.</exception>
    public ServedModel Choose(string reference)
    {
        lock (_lock)
        {
            var model = Find(reference);
            return model.State switch
            {
                ModelState.Failed => throw model.Unavailable(),
                ModelState.Loading => throw new ProblemException(
                    ProblemTypes.NotReady, $"The model {model.Identifier} is still loading. Try again in a moment.", LoadingRetry),
                _ => TryChoose(reference)!,
            };
        }
    }

    /// <summary>Retires every model.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _models.ForEach(Retire);
            _models = [];
        }
    }

    private static PackageProblem Gone(ServedModel model) => new(
        Path.GetFileName(model.Package.Folder),
        $"The package of {model.Identifier} is gone; the model is served on because it is the default. Put it back, or choose another default: PUT /models/{{name}}/default.");

    private void DropGone()
    {
        var kept = Match(_reference);
        var gone = _models.Where(model => model.IsGone && model != kept).ToList();
        _models = [.. _models.Except(gone)];
        gone.ForEach(Retire);
    }

    private void Retire(ServedModel model)
    {
        _leaving.Add(model);
        model.Retire();
    }

    // Of a name's versions the newest that can answer or soon will, and rather one whose package is there.
    private ServedModel? Match(string reference) => _models
        .Where(model => model.Identifier == reference || model.Package.Manifest.Name == reference)
        .OrderBy(model => model.State == ModelState.Failed)
        .ThenBy(model => model.IsGone)
        .FirstOrDefault();
}
