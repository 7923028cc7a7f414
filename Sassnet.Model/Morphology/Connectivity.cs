namespace Sassnet.Model.Morphology;

/// <summary>Which voxels are neighbours; the value is how many a voxel has.</summary>
public enum Connectivity
{
    /// <summary>Voxels that share a face (6 neighbours).</summary>
    Face = 6,

    /// <summary>Voxels that share a face or an edge (18 neighbours).</summary>
    Edge = 18,

    /// <summary>Voxels that share a face, an edge or a corner (26 neighbours); what the published evaluation of SASSNet uses.</summary>
    Corner = 26,
}
