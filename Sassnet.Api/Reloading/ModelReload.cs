using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Models;
using Sassnet.Api.Scheduling;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Semver;

namespace Sassnet.Api.Reloading;

/// <summary>
/// Brings the models that are served to what lies in the folder of packages: open → load beside → try out → exchange, one package after another. What fails on the
/// way changes nothing of what is served, and is said in the log, by <c>GET /models</c> and by the health check.
/// </summary>
internal sealed partial class ModelReload(
    PackageFolder folder,
    ModelCatalogue catalogue,
    DefaultChoice choice,
    DeviceScheduler scheduler,
    IHostApplicationLifetime lifetime,
    IOptions<ModelsOptions> options,
    ILogger<ModelReload> logger)
    : IHostedService, IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    // By the names of their folders: what was found in them when they were opened.
    private readonly SortedDictionary<string, FoundPackage> _found = new(StringComparer.Ordinal);

    // As it looked the last time.
    private SortedDictionary<string, string> _looks = [];

    /// <summary>Opens what can be opened, for the start. What cannot is passed over, as it is later, unless it is the default.</summary>
    /// <exception cref="StartException">The folder cannot be read, or the default model is not there or does not fit.</exception>
    public void Open()
    {
        LogLibTorch(TorchRuntime.Description);
        try
        {
            _looks = folder.Look();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The folder of models, {folder.Path}, does not exist or cannot be read; set Sassnet:Models:Folder.", failure);
        }

        string?[] first = [folder.ReadDefault(), options.Value.Default];
        var models = _looks.Select(look => Open(look.Key, look.Value)).OfType<ServedModel>().ToList();
        foreach (var model in models.OrderByDescending(model => first.Contains(model.Identifier) || first.Contains(model.Package.Manifest.Name))
            .ThenByDescending(model => model.Package.Version, SemVersion.SortOrderComparer))
        {
            if (IsWanted(model))
                Serve(model);
        }

        catalogue.TryChoose(options.Value.Default);
        var unchosen = choice.Follow();
        if (!catalogue.HasDefault)
            throw new StartException($"Sassnet:Models:Default is '{options.Value.Default}'; the packages in {folder.Path} are: {Served}.{Refused}");
        Conclude(unchosen);
    }

    /// <summary>Begins to load what is open, the default model first.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var model in catalogue.Models.OrderByDescending(model => model == catalogue.Default))
        {
            foreach (var worker in scheduler.Devices.Workers)
                _ = scheduler.LoadAsync(model, worker);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    /// <summary>Takes over what has changed since the last time and stayed as it is since the last look.</summary>
    /// <returns>Whether something has changed since the last look, so that another one is due soon.</returns>
    public Task<bool> FollowAsync() => LookAsync(anew: false);

    /// <summary>Takes over what has changed, now; every package is read, whether it looks changed or not.</summary>
    public Task ReloadAsync() => LookAsync(anew: true);

    private string Served => catalogue.Models.Count == 0 ? "none" : string.Join(", ", catalogue.Models.Select(model => model.Identifier));

    private string Refused => string.Concat(_found.Where(found => found.Value.Problem is not null).Select(found => $" Not served: {found.Key}: {found.Value.Problem}"));

    private async Task<bool> LookAsync(bool anew)
    {
        await _one.WaitAsync(lifetime.ApplicationStopping);
        try
        {
            SortedDictionary<string, string> now;
            try
            {
                now = folder.Look();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Conclude(new PackageProblem(PackageProblem.WholeFolder, "The folder of packages is missing or cannot be read; what was served is served on."));
                return false;
            }

            // A network folder that is not mounted looks like this; nobody takes all models away.
            if (now.Count == 0)
            {
                Conclude(new PackageProblem(PackageProblem.WholeFolder, "There is no package in the folder any more; what was served is served on."));
                return false;
            }

            var before = anew ? now : _looks;
            _looks = now;
            foreach (var gone in _found.Keys.Where(name => !now.ContainsKey(name) && !before.ContainsKey(name)).ToList())
                _found.Remove(gone);
            foreach (var (name, look) in now.Where(look => before.GetValueOrDefault(look.Key) == look.Value && (anew || IsNews(look.Key, look.Value))))
                await TakeOverAsync(name, look);
            Conclude(choice.Follow());
            return !now.SequenceEqual(before);
        }
        finally
        {
            _one.Release();
        }
    }

    private bool IsNews(string name, string look) => !_found.TryGetValue(name, out var found) || found.Look != look || found.MayPass
        || catalogue.Models.Any(model => model.Identifier == found.Identifier && model.IsShortOfMemory)
        || (found.BytesNeeded is { } bytes && catalogue.MemoryTaken + bytes <= options.Value.MemoryBudget)
        || (found.Twin is { } twin && !_found.ContainsKey(twin));

    private async Task TakeOverAsync(string name, string look)
    {
        if (Open(name, look) is not { } candidate)
            return;
        var old = catalogue.Models.FirstOrDefault(model => model.Identifier == candidate.Identifier);
        if (TwinOf(candidate) is null && old is { Fault: null } && old.Package.HasManifestOf(candidate.Package))
        {
            old.Evaluation = candidate.Evaluation;
            _found[name] = new FoundPackage(look, old.Identifier);
            candidate.Retire();
            return;
        }

        if (!IsWanted(candidate) || !await TryOutAsync(candidate, old))
            return;
        if (old is { State: ModelState.Ready } && !old.Package.HasManifestOf(candidate.Package))
            LogSameVersion(candidate.Identifier);
        Serve(candidate);
        LogServed(candidate.Identifier);
    }

    // Notes what is in a folder; a model that can be loaded, or null.
    private ServedModel? Open(string name, string look)
    {
        _found[name] = new FoundPackage(look, _found.GetValueOrDefault(name)?.Identifier);
        try
        {
            var package = folder.Open(name);
            var namesake = catalogue.Models.FirstOrDefault(model => model.Package.Manifest.Name == package.Manifest.Name);
            return new ServedModel(package, PublishedEvaluation.Of(package, logger), scheduler.Devices.Workers.Count, namesake?.Pace);
        }
        catch (InvalidPackageException failure)
        {
            _found[name] = _found[name] with { Problem = failure.Message };
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The message has a path of this machine. A network folder may be read the next time.
            _found[name] = _found[name] with { Problem = $"A file cannot be read ({failure.GetType().Name}); it is tried again.", MayPass = true };
            return null;
        }
    }

    private bool IsWanted(ServedModel model)
    {
        if (TwinOf(model) is { } twin)
        {
            var spelled = _found[twin].Identifier == model.Identifier ? "" : $", whose {_found[twin].Identifier} is the same version";
            return Refuse(model, $"It is {model.Identifier}, as the one in '{twin}' is{spelled}. Remove one of them, or change its version.", twin: twin);
        }

        var (taken, budget) = (catalogue.MemoryTaken, options.Value.MemoryBudget);
        return taken + model.MemoryBytes <= budget || Refuse(
            model,
            FormattableString.Invariant($"It needs {model.MemoryBytes} bytes of memory beside the {taken} of the models that are loaded, and they may have {budget} together (Sassnet:Models:MemoryBytes). Remove a package, or allow more."),
            bytesNeeded: model.MemoryBytes);
    }

    // One device after another, so that the others go on with their scans; first where it failed before, so that what fails again does so at once.
    private async Task<bool> TryOutAsync(ServedModel candidate, ServedModel? old)
    {
        try
        {
            foreach (var worker in scheduler.Devices.Workers.Where(worker => worker.Fault is null).OrderBy(worker => old?.MayBeOn(worker.Index)))
            {
                await scheduler.LoadAsync(candidate, worker).WaitAsync(lifetime.ApplicationStopping);
                if (candidate.On(worker.Index) is null)
                {
                    return Refuse(
                        candidate, $"It could not be loaded: {candidate.Fault ?? $"the device {worker.Device} does not work"}.", mayPass: candidate.IsShortOfMemory);
                }
            }

            return candidate.State == ModelState.Ready || Refuse(candidate, "It could not be loaded: no device works.");
        }
        catch (OperationCanceledException)
        {
            candidate.Retire();
            throw;
        }
    }

    private void Serve(ServedModel model)
    {
        catalogue.Add(model);
        _found[FolderOf(model)] = _found[FolderOf(model)] with { Identifier = model.Identifier };
    }

    private bool Refuse(ServedModel model, string problem, long? bytesNeeded = null, string? twin = null, bool mayPass = false)
    {
        model.Retire();
        _found[FolderOf(model)] = _found[FolderOf(model)] with { Problem = problem, BytesNeeded = bytesNeeded, Twin = twin, MayPass = mayPass };
        return false;
    }

    // However the version is spelled: in the order of versions neither would be the newer one.
    private string? TwinOf(ServedModel model) => _found.FirstOrDefault(other => other.Key != FolderOf(model) && other.Value is { Identifier: { } identifier, Problem: null }
        && ManifestRules.AreOfOneVersion(identifier, model.Identifier)).Key;

    private static string FolderOf(ServedModel model) => Path.GetFileName(model.Package.Folder);

    // Only now do models go: what comes in their place is there.
    private void Conclude(PackageProblem? other)
    {
        var (before, models) = (catalogue.Problems, catalogue.Models);
        PackageProblem?[] problems = [other, .. _found.Where(found => found.Value.Problem is not null).Select(found => new PackageProblem(found.Key, found.Value.Problem!))];
        catalogue.Keep(_found.Values.Select(found => found.Identifier).OfType<string>().ToHashSet(), [.. problems.OfType<PackageProblem>()]);
        foreach (var problem in catalogue.Problems.Except(before))
            LogProblem(problem.Folder, problem.Detail);
        foreach (var gone in models.Except(catalogue.Models))
            LogGone(gone.Identifier);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{LibTorch}")]
    private partial void LogLibTorch(string libTorch);

    [LoggerMessage(EventId = 26, Level = LogLevel.Information, Message = "Model {Model} is served from now on")]
    private partial void LogServed(string model);

    [LoggerMessage(EventId = 27, Level = LogLevel.Warning, Message = "Model {Model} was exchanged for another one of the same version: answers do not tell the two apart. A published version should never change")]
    private partial void LogSameVersion(string model);

    [LoggerMessage(EventId = 28, Level = LogLevel.Information, Message = "Model {Model} is no longer served, since its package is gone")]
    private partial void LogGone(string model);

    [LoggerMessage(EventId = 29, Level = LogLevel.Warning, Message = "The package in {Folder} has a problem: {Detail}")]
    private partial void LogProblem(string folder, string detail);
}
