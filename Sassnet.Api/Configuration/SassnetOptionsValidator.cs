using Microsoft.Extensions.Options;

namespace Sassnet.Api.Configuration;

/// <summary>Checks every annotated range at start.</summary>
[OptionsValidator]
internal sealed partial class SassnetOptionsValidator : IValidateOptions<SassnetOptions>;
