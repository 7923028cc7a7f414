namespace Sassnet.Api.Models;

/// <summary>Which model is the default, beyond what the configuration says: it can be chosen while the service runs, and stays so.</summary>
internal sealed partial class DefaultChoice(ModelCatalogue catalogue, PackageFolder folder, ILogger<DefaultChoice> logger)
{
    private readonly Lock _lock = new();
    private string? _read;

    /// <summary>Makes a model the default, and keeps that where it can be kept.</summary>
    /// <inheritdoc cref="ModelCatalogue.Choose"/>
    public DefaultModel Choose(string reference)
    {
        lock (_lock)
        {
            var model = catalogue.Choose(reference);
            var isKept = folder.TryWriteDefault(reference);
            if (isKept)
                _read = reference;
            LogChosen(reference, model.Identifier, isKept ? "after a restart too" : "until a restart, as the folder of packages cannot be written to");
            return new DefaultModel(reference, model.Identifier, isKept);
        }
    }

    /// <summary>Follows what was chosen before the start, or by another service of the same folder.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    public PackageProblem? Follow()
    {
        lock (_lock)
        {
            // Only what changes counts: where nothing can be written, what was chosen here holds.
            var written = folder.ReadDefault();
            if (written is null || written == _read)
                return null;
            if (catalogue.TryChoose(written) is not { } model)
                return new PackageProblem(PackageProblem.WholeFolder, $"The default that was chosen, '{written}', is not served; the default stays what it was before. Choose one: PUT /models/{{name}}/default.");
            _read = written;
            LogFollowed(written, model.Identifier);
            return null;
        }
    }

    [LoggerMessage(EventId = 24, Level = LogLevel.Information, Message = "The default model is {Reference}, now {Model}, {HowLong}")]
    private partial void LogChosen(string reference, string model, string howLong);

    [LoggerMessage(EventId = 25, Level = LogLevel.Information, Message = "The default model is {Reference}, now {Model}, as it was chosen while a service ran, whatever the configuration says")]
    private partial void LogFollowed(string reference, string model);
}
