using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Models;
using Sassnet.Api.Segmentation;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Precisions;

namespace Sassnet.Api.Jobs.Execution;

/// <summary>
/// The key that results of a job are found by: the same for all that they depend on, which are the bytes, what was left out of them, the model, the parameters, the
/// number format and the program itself. Who makes results says what he made them with; who looks for some, what he would.
/// </summary>
internal static class ResultKey
{
    // Two builds may differ in what they make.
    private static readonly string Build = $"{typeof(ResultKey).Module.ModuleVersionId:N}{typeof(SegmentationRequest).Module.ModuleVersionId:N}";

    /// <summary>SHA-256 of all that results depend on.</summary>
    /// <param name="model">The model, as it is here and now.</param>
    /// <param name="precision">The number format that it computes in.</param>
    /// <param name="output">The output's name.</param>
    /// <param name="query">The parameters.</param>
    /// <param name="input">What is known of the volume.</param>
    /// <param name="hash">SHA-256 of the volume's files.</param>
    public static string Of(ServedModel model, Precision precision, string output, SegmentQuery query, StoredInput input, string hash)
    {
        var request = query.Request;
        string[] parts =
        [
            Build,
            precision.ToString(),
            model.Identifier,
            model.Package.ManifestText,
            output,
            request.Mode.ToString(),
            request.Quality.ToString(),
            request.Threshold.ToString("R", CultureInfo.InvariantCulture),
            request.KeepLargest.ToString(),
            query.Series ?? string.Empty,
            query.Deidentify.ToString(),
            query.SegEncoding.ToString(),
            JsonSerializer.Serialize(input, JobsJson.Default.StoredInput),
            hash,
        ];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
    }
}
