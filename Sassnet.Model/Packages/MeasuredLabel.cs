using System.Text.Json.Serialization;

namespace Sassnet.Model.Packages;

/// <summary>Which label was measured, in <c>evaluation.json</c>.</summary>
/// <param name="Value">Its value in the package's answers.</param>
/// <param name="Name">Its name in the package.</param>
public sealed record MeasuredLabel([property: JsonRequired] byte Value, [property: JsonRequired] string Name);
