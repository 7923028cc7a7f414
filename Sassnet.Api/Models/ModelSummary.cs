using Sassnet.Model.Packages;

namespace Sassnet.Api.Models;

/// <summary>A model as the list shows it.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">The package's version.</param>
/// <param name="IsDefault">Whether requests that name no model get this one.</param>
/// <param name="State">Whether it can answer.</param>
/// <param name="Labels">What it segments.</param>
public sealed record ModelSummary(string Name, string Version, bool IsDefault, ModelState State, IReadOnlyList<Label> Labels);

/// <summary>The models served.</summary>
/// <param name="Models">Ordered by name, the newest version of a name first.</param>
public sealed record ModelList(IReadOnlyList<ModelSummary> Models);
